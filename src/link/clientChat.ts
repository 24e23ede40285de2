import { Failure } from "../base/failure.ts";
import { streamCreditBytes } from "../wire/limits.ts";
import type { Piece, ResumedChat, TextPiece } from "../wire/messages.ts";
import type { ClientStreams } from "./clientStreams.ts";
import { StreamQueue } from "./streamQueue.ts";

/**
 * One chat at the client: it counts what has come and what its reader has taken, over all its connections. All places are counted in
 * bytes from its text's begin.
 */
export class ClientChat {
  readonly #queue = new StreamQueue(streamCreditBytes / 2, (sizeBytes) => {
    this.#takenTo += sizeBytes;
    this.#grant();
  });
  readonly #question: string;
  #receivedTo = 0;
  #takenTo = 0;
  /** The connection that carries it now. */
  #carrier: ClientStreams | undefined;
  /** Its number in the connection that carries it, or carried it last. */
  #stream = 0;
  /** How far that connection has come with the text, and what was granted of it there. */
  #heardTo = 0;
  #grantedTo = 0;
  /** What a hello under way says to have received: the gateway must keep its text from there on till it has read that. */
  #claimedTo = Number.POSITIVE_INFINITY;
  #isOver = false;

  constructor(question: string) {
    this.#question = question;
  }

  /** Whether its outcome is known. Its reader may still be reading. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Whether nothing of its answer has come: then its question can be asked again, and nobody sees that. */
  get isUnheard(): boolean {
    return this.#receivedTo === 0;
  }

  get carrier(): ClientStreams | undefined {
    return this.#carrier;
  }

  pieces(): AsyncGenerator<Piece, void, undefined> {
    return this.#queue.pieces();
  }

  /** Asks its question in this connection, and in no other one any more. */
  ask(streams: ClientStreams): void {
    this.#carrier?.dropChat(this.#stream);
    this.attach(streams, streams.openChat(this, this.#question));
  }

  /** What a hello says of it. Till it is settled nothing more is granted in the connection before. */
  claim(): ResumedChat {
    this.#claimedTo = this.#receivedTo;
    return { stream: this.#stream, receivedBytes: this.#receivedTo, takenBytes: this.#takenTo };
  }

  /** The hello came to nothing, or the gateway could not go on. */
  unclaim(): void {
    this.#claimedTo = Number.POSITIVE_INFINITY;
    this.#grant();
  }

  /**
   * A connection carries it from now on, no other one any more, and goes on from where its hello said. The connection before may
   * have brought more meanwhile: that comes again, and is dropped.
   */
  attach(streams: ClientStreams, stream: number, said?: ResumedChat): void {
    this.#carrier?.releaseChat(this.#stream);
    this.#carrier = streams;
    this.#stream = stream;
    this.#heardTo = said?.receivedBytes ?? 0;
    this.#grantedTo = said?.takenBytes ?? 0;
    this.unclaim();
  }

  detach(): void {
    this.#carrier = undefined;
  }

  /** What the gateway has said. Throws a `protocol` failure for more text than was granted. */
  push(piece: Piece): void {
    if (piece.kind === "text") this.#pushText(piece);
    else this.#queue.push(piece);
  }

  end(): void {
    this.#finish();
    this.#queue.end();
  }

  /** Its last word, or that there will be none. */
  fail(failure: Failure): void {
    this.#finish();
    this.#queue.fail(failure);
  }

  /** Its reader wants no more: the gateway is told, unless all has come. */
  cancel(reason: unknown): void {
    const carrier = this.#carrier;
    this.#finish();
    this.#queue.cancel(reason);
    carrier?.dropChat(this.#stream);
  }

  #pushText(piece: TextPiece): void {
    const bytes = Buffer.from(piece.text);
    const knownBytes = Math.min(bytes.length, this.#receivedTo - this.#heardTo);
    this.#heardTo += bytes.length;
    if (this.#heardTo - this.#grantedTo > streamCreditBytes) {
      const failure = new Failure("protocol", "more text of a chat than was granted");
      this.fail(failure);
      throw failure;
    }
    if (knownBytes > 0) this.#grant();
    if (knownBytes === bytes.length) return;
    this.#receivedTo = this.#heardTo;
    const text = knownBytes > 0 ? bytes.toString("utf8", knownBytes) : piece.text;
    this.#queue.push({ ...piece, text });
  }

  /** What the reader has taken is granted, but never before it has come on this connection too. */
  #grant(): void {
    const grantedTo = Math.min(this.#takenTo, this.#heardTo, this.#claimedTo);
    const sizeBytes = grantedTo - this.#grantedTo;
    if (!this.#carrier || sizeBytes <= 0) return;
    this.#grantedTo = grantedTo;
    this.#carrier.grantChat(this.#stream, sizeBytes);
  }

  #finish(): void {
    this.#isOver = true;
    this.#carrier = undefined;
  }
}

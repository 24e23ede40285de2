import { Failure } from "../base/failure.ts";
import { streamCreditBytes } from "../wire/limits.ts";
import type { Piece, ResumedChat } from "../wire/messages.ts";
import type { ClientStreams } from "./clientStreams.ts";
import { StreamQueue } from "./streamQueue.ts";

/** One chat at the client: it counts what has come and what its reader has taken, over all its connections. */
export class ClientChat {
  readonly #queue = new StreamQueue(streamCreditBytes / 2, (sizeBytes) => {
    this.#takenBytes += sizeBytes;
    this.#streams?.grantChat(this.#stream, sizeBytes);
  });
  #receivedBytes = 0;
  #takenBytes = 0;
  /** The connection that carries it now. */
  #streams: ClientStreams | undefined;
  /** Its number in the connection that carries it, or carried it last. */
  #stream = 0;
  #isOver = false;

  /** Whether its outcome is known. Its reader may still be reading. */
  get isOver(): boolean {
    return this.#isOver;
  }

  pieces(): AsyncGenerator<Piece, void, undefined> {
    return this.#queue.pieces();
  }

  /** What a hello says of it. */
  claim(): ResumedChat {
    const [receivedBytes, takenBytes] = [this.#receivedBytes, this.#takenBytes];
    return { stream: this.#stream, receivedBytes, takenBytes };
  }

  /** A connection carries it. What was taken since `saidTakenBytes` was said in its hello is granted there. */
  attach(streams: ClientStreams, stream: number, saidTakenBytes = 0): void {
    this.#streams = streams;
    this.#stream = stream;
    const sizeBytes = this.#takenBytes - saidTakenBytes;
    if (sizeBytes > 0) streams.grantChat(stream, sizeBytes);
  }

  detach(): void {
    this.#streams = undefined;
  }

  /** What the gateway has said. Throws a `protocol` failure for more text than was granted. */
  push(piece: Piece): void {
    if (piece.kind === "text") {
      this.#receivedBytes += Buffer.byteLength(piece.text);
      if (this.#receivedBytes - this.#takenBytes > streamCreditBytes) {
        const failure = new Failure("protocol", "more text of a chat than was granted");
        this.fail(failure);
        throw failure;
      }
    }
    this.#queue.push(piece);
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
    const streams = this.#streams;
    this.#finish();
    this.#queue.cancel(reason);
    streams?.dropChat(this.#stream);
  }

  #finish(): void {
    this.#isOver = true;
    this.#streams = undefined;
  }
}

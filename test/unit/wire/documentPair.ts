import type { Disposable } from "../../../src/base/disposable.ts";
import { Failure } from "../../../src/base/failure.ts";
import { decodeClientMessage, encodeClientMessage } from "../../../src/wire/codec.ts";
import {
  DocumentReceiver,
  type ReceivedAsk,
  type RequestLimits,
} from "../../../src/wire/documentReceiver.ts";
import { DocumentSender, type SendWindow } from "../../../src/wire/documentSender.ts";
import type { LocalDocument, LocalDocuments } from "../../../src/wire/localDocuments.ts";
import type {
  AheadText,
  ClientMessage,
  DocumentMessage,
  ServerMessage,
} from "../../../src/wire/messages.ts";

/** What the two ends of a document are made of in a test. */
export interface DocumentPairParts {
  readonly documents: LocalDocuments;
  readonly window: SendWindow;
  readonly limits: RequestLimits;
  /** What arrives of the payloads that were sent. */
  readonly carry: (payloads: readonly Uint8Array[]) => readonly Uint8Array[];
  /** Sees every payload as it arrives, before the gateway's end does. */
  readonly onArrival?: (payload: Uint8Array) => void;
  readonly onAsk: (stream: number, ask: ReceivedAsk) => void;
}

/** How an ask is made. */
export interface AskManner {
  readonly snippets?: readonly string[];
  readonly keepsOlder?: boolean;
  readonly ahead?: AheadText | undefined;
}

type Reply = Extract<ServerMessage, { readonly kind: "recalled" | "resync" | "failed" }>;

/** A sender and a receiver, and between them what a link does: payloads there, replies back, streams counted. */
export class DocumentPair implements Disposable {
  readonly sender: DocumentSender;
  readonly receiver: DocumentReceiver;
  /** Replies that asked for a text again. */
  resyncs = 0;
  /** The failure that a link would have ended with. */
  ended: Failure | undefined;
  readonly #parts: DocumentPairParts;
  readonly #following: Disposable;
  readonly #live = new Map<number, LocalDocument>();
  #payloads: Uint8Array[] = [];
  #replies: Reply[] = [];
  #lastSent = 0;
  #lastReceived = 0;

  constructor(parts: DocumentPairParts) {
    this.#parts = parts;
    const payload = (bytes: Uint8Array): void => void this.#payloads.push(bytes);
    const message = (said: ClientMessage): void => {
      payload(encodeClientMessage(said));
    };
    this.sender = new DocumentSender({ payload, message }, parts.window);
    this.receiver = new DocumentReceiver(parts.limits);
    this.#following = parts.documents.onEvent((event) => {
      if (event.kind === "closed") this.sender.closed(event.document);
      else this.sender.edited(event.document, event.edits);
    });
  }

  /** Ends the following of the documents. */
  dispose(): void {
    this.#following.dispose();
  }

  /** The number that the next ask will have. */
  get nextStream(): number {
    return this.#lastSent + 1;
  }

  ask(
    document: LocalDocument,
    offset: number,
    { snippets = [], keepsOlder = false, ahead }: AskManner,
  ): number {
    const stream = ++this.#lastSent;
    this.#live.set(stream, document);
    this.sender.ask({ document, offset, stream, snippets, keepsOlder, ahead });
    return stream;
  }

  /** Brings what was sent to the gateway's end. */
  deliver(): void {
    const payloads = this.#payloads;
    this.#payloads = [];
    for (const payload of this.#parts.carry(payloads)) {
      if (this.ended) return;
      try {
        this.#parts.onArrival?.(payload);
        this.#receive(payload);
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        this.ended = error;
      }
    }
  }

  /** Brings the gateway's replies to the client's end. */
  deliverReplies(): void {
    const replies = this.#replies;
    this.#replies = [];
    for (const reply of replies) this.#handle(reply);
  }

  #receive(payload: Uint8Array): void {
    const message = decodeClientMessage(payload);
    if (message) {
      this.#hear(message);
      return;
    }
    const stream = this.#lastReceived + 1;
    const ask = this.receiver.edit(payload, stream);
    if (!ask) return;
    this.#lastReceived = stream;
    if (!ask.request) this.#replies.push({ kind: "failed", stream, code: "resync", detail: "" });
    this.#parts.onAsk(stream, ask);
  }

  #hear(message: ClientMessage): void {
    switch (message.kind) {
      case "open":
      case "recall":
        this.#skipTo(message.nextStream);
        this.#hold(message);
        break;
      case "fill":
      case "focus":
      case "close":
      case "verify":
      case "put":
      case "use":
        this.#hold(message);
        break;
      case "hello":
      case "cancel":
      case "chat":
      case "credit":
      case "ping":
      case "warm":
        throw new Failure("protocol", `nobody sent ${message.kind}`);
    }
  }

  #hold(message: DocumentMessage): void {
    const reply = this.receiver.receive(message);
    if (reply?.kind === "recalled" || reply?.kind === "resync") this.#replies.push(reply);
  }

  #skipTo(next: number): void {
    if (next <= this.#lastReceived) throw new Failure("protocol", "streams only count up");
    this.#lastReceived = next - 1;
  }

  #handle(reply: Reply): void {
    switch (reply.kind) {
      case "recalled":
        this.sender.recalled(reply.document, reply.isKnown);
        break;
      case "resync":
        this.resyncs++;
        this.sender.lost(reply.document);
        break;
      case "failed": {
        this.resyncs++;
        const document = this.#live.get(reply.stream);
        if (document) this.sender.lostDocument(document);
        else this.sender.lostAll();
      }
    }
  }
}

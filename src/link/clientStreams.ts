import { Failure } from "../base/failure.ts";
import { maxTextChars, streamCreditBytes } from "../wire/limits.ts";
import type { LocalDocument } from "../wire/localDocuments.ts";
import type { ClientMessage, Origin, ServerMessage } from "../wire/messages.ts";
import { StreamQueue } from "./streamQueue.ts";

/** What the gateway says about streams. */
export type StreamMessage = Extract<
  ServerMessage,
  { readonly kind: "text" | "more" | "alone" | "end" | "cancelled" | "failed" }
>;

/** A gateway that keeps to its credit has no more on its way: one long text may go beyond it. */
const maxWaitingBytes = streamCreditBytes + 3 * maxTextChars;

/** Where the answer of a stream goes. */
type StreamSink = Pick<StreamQueue, "push" | "end" | "fail">;

/** A completion, or a chat, which belongs to `ClientChats` and outlives the connection. */
type LiveStream =
  | { readonly queue: StreamQueue; readonly document: LocalDocument }
  | { readonly queue: StreamSink; readonly document: undefined };

/** The streams of one connection, by number, at the client. Owned by its link. */
export class ClientStreams {
  readonly #send: (message: ClientMessage) => void;
  readonly #live = new Map<number, LiveStream>();
  /** What the streams were about that have ended here, until the gateway has ended them too. */
  readonly #unanswered = new Map<number, LocalDocument>();
  #last: number;
  #talking: { readonly stream: number; readonly origin: Origin } | undefined;

  /** `taken` numbers from 1 on are those of chats that go on. */
  constructor(send: (message: ClientMessage) => void, taken: number) {
    this.#send = send;
    this.#last = taken;
  }

  /** The number that the next stream will have. */
  get next(): number {
    return this.#last + 1;
  }

  get count(): number {
    return this.#live.size;
  }

  /** Whether a chat goes on here. */
  get hasChat(): boolean {
    return [...this.#live.values()].some(({ document }) => document === undefined);
  }

  /** Opens the next stream, for an ask that is sent in this turn. */
  open(document: LocalDocument): { stream: number; queue: StreamQueue } {
    const stream = ++this.#last;
    const queue = new StreamQueue(streamCreditBytes / 2, (sizeBytes) => {
      if (this.#live.has(stream)) this.#send({ kind: "credit", stream, sizeBytes });
    });
    this.#live.set(stream, { queue, document });
    return { stream, queue };
  }

  /** Ends a stream for its reader and tells the gateway, both at once. Nothing happens to one that has ended. */
  cancel(stream: number, reason: unknown): void {
    const live = this.#live.get(stream);
    if (!live?.document) return;
    this.#live.delete(stream);
    this.#unanswered.set(stream, live.document);
    live.queue.cancel(reason);
    this.#send({ kind: "cancel", stream });
  }

  /** Opens the next stream for a chat. */
  openChat(chat: StreamSink, question: string): number {
    const stream = ++this.#last;
    this.#live.set(stream, { queue: chat, document: undefined });
    this.#send({ kind: "chat", stream, question });
    return stream;
  }

  /** Goes on with a chat under the number that the handshake gave it. */
  adoptChat(stream: number, chat: StreamSink): void {
    this.#live.set(stream, { queue: chat, document: undefined });
  }

  /** The gateway stops a chat. */
  dropChat(stream: number): void {
    this.#live.delete(stream);
    this.#send({ kind: "cancel", stream });
  }

  /** Another connection carries a chat: what comes of it here is dropped. */
  releaseChat(stream: number): void {
    this.#live.delete(stream);
  }

  /** The reader of a chat has taken so much text. */
  grantChat(stream: number, sizeBytes: number): void {
    this.#send({ kind: "credit", stream, sizeBytes });
  }

  /** What the gateway says about a stream. Throws a `protocol` failure for one that was never opened. */
  receive(message: StreamMessage): void {
    if (message.kind === "text") this.#talking = message;
    const stream = message.kind === "more" ? this.#talking?.stream : message.stream;
    if (stream === undefined || stream === 0 || stream > this.#last) {
      throw new Failure("protocol", `stream ${stream ?? "none"} was never opened`);
    }
    const live = this.#live.get(stream); // none where it has ended here already
    const queue = live?.queue;
    if (message.kind === "text" || message.kind === "more") {
      const origin = this.#talking?.origin ?? "remote";
      queue?.push({ kind: "text", origin, text: message.text });
      if (live?.document && live.queue.waitingBytes > maxWaitingBytes) {
        throw new Failure("protocol", "more text than was granted");
      }
      return;
    }
    if (message.kind === "alone") {
      queue?.push({ kind: "text", origin: "draft", text: message.text, isAlone: true });
      return;
    }
    this.#live.delete(stream);
    this.#unanswered.delete(stream);
    // So the gateway knows that it need not keep a chat for another connection.
    if (live && !live.document) this.#send({ kind: "credit", stream, sizeBytes: 0 });
    if (message.kind === "end") {
      const { timings, usage, cut, upstream } = message;
      const how = { ...(cut && { cut }), ...(upstream !== undefined && { upstream }) };
      queue?.push({ kind: "end", timings, ...(usage && { usage }), ...how });
    }
    const failure = failureOf(message);
    if (failure) queue?.fail(failure);
    else queue?.end();
  }

  /** The document of a stream that the gateway has not ended yet, whether or not it has ended here. */
  documentOf(stream: number): LocalDocument | undefined {
    return this.#live.get(stream)?.document ?? this.#unanswered.get(stream);
  }

  /** Ends all completions with a failure; their numbers, for a gateway that is to know of it. */
  failAll(failure: Failure): readonly number[] {
    const failed: number[] = [];
    for (const [stream, { queue, document }] of [...this.#live]) {
      if (!document) continue;
      this.#live.delete(stream);
      this.#unanswered.set(stream, document);
      failed.push(stream);
      queue.fail(failure);
    }
    return failed;
  }
}

/** How a stream's last message ends it for its reader. */
function failureOf(
  message: Extract<StreamMessage, { kind: "end" | "cancelled" | "failed" }>,
): Failure | undefined {
  switch (message.kind) {
    case "end":
      return undefined;
    case "failed":
      return new Failure(message.code, oneLine(message.detail));
    case "cancelled":
      return new Failure("superseded", "a newer request took its place");
  }
}

const maxDetailChars = 300;

/** Words from another machine, for a log line and a tooltip: one line, not too long. */
const oneLine = (text: string): string =>
  text.slice(0, maxDetailChars).replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ");

import type { CompletionRequest, Origin, Piece } from "../../src/wire/messages.ts";
import { Changes } from "./changes.ts";

type Word =
  | { readonly kind: "piece"; readonly piece: Piece }
  | { readonly kind: "throw"; readonly error: unknown }
  | { readonly kind: "return" };

/** One request as it lies before whoever answers it, and what the test makes of it. */
export class OpenAsk<Request = CompletionRequest> {
  readonly request: Request;
  readonly signal: AbortSignal;
  readonly #words: Word[] = [];
  readonly #changes: Changes;
  #isStopped = false;

  constructor(request: Request, signal: AbortSignal, changes: Changes) {
    this.request = request;
    this.signal = signal;
    this.#changes = changes;
    signal.addEventListener("abort", () => {
      changes.notify();
    });
  }

  /** Whether the gateway is through with this answer. */
  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** How much of what was said here the gateway has not asked for yet. */
  get unreadCount(): number {
    return this.#words.length;
  }

  text(text: string, origin: Origin = "remote"): void {
    this.#say({ kind: "piece", piece: { kind: "text", origin, text } });
  }

  /** A draft that is all of the answer. */
  alone(text: string): void {
    this.#say({ kind: "piece", piece: { kind: "text", origin: "draft", text, isAlone: true } });
  }

  /** The answer of this upstream, where several may answer. */
  end(upstream?: string): void {
    const timings = { totalMs: 2, draftMs: undefined, firstRemoteMs: 1 };
    const whose = upstream === undefined ? {} : { upstream };
    this.#say({ kind: "piece", piece: { kind: "end", timings, ...whose } });
  }

  throw(error: unknown): void {
    this.#say({ kind: "throw", error });
  }

  /** Ends the iteration without an end piece. */
  return(): void {
    this.#say({ kind: "return" });
  }

  async *pieces(): AsyncGenerator<Piece> {
    try {
      for (;;) {
        await this.#changes.until(() => this.signal.aborted || this.#words.length > 0);
        this.signal.throwIfAborted();
        const word = this.#words.shift();
        if (word?.kind === "throw") throw word.error;
        if (word?.kind !== "piece") return;
        yield word.piece;
      }
    } finally {
      this.#isStopped = true;
      this.#changes.notify();
    }
  }

  #say(word: Word): void {
    this.#words.push(word);
    this.#changes.notify();
  }
}

/** Answers requests, a gateway's or an editor's, the way a test says, one piece at a time. */
export class AnswerDesk<Request = CompletionRequest> {
  readonly asks: OpenAsk<Request>[] = [];
  readonly #changes = new Changes();

  readonly answer = (request: Request, signal: AbortSignal): AsyncGenerator<Piece> => {
    const ask = new OpenAsk(request, signal, this.#changes);
    this.asks.push(ask);
    this.#changes.notify();
    return ask.pieces();
  };

  /** The first, second, ... request, once it is there. */
  async ask(number: number): Promise<OpenAsk<Request>> {
    await this.until(() => this.asks.length >= number);
    const ask = this.asks[number - 1];
    if (!ask) throw new Error("there is no such request");
    return ask;
  }

  until(condition: () => boolean): Promise<void> {
    return this.#changes.until(condition);
  }
}

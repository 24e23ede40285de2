import type { CompletionRequest } from "../../../wire/messages.ts";
import type { AnswerEnd } from "../upstream.ts";

/** Tokens of one answer: kept from the last prompt, read anew, written. */
export interface Counted {
  readonly kept: number;
  readonly read: number;
  readonly written: number;
}

/** One answer on its way from the model's process to its reader. It ends once; what comes after is dropped. */
export class GgufAnswer {
  readonly id: number;
  readonly request: CompletionRequest;
  readonly #maxTokens: number;
  readonly #texts: string[] = [];
  #isOver = false;
  #said: AnswerEnd = { stop: "done", usage: undefined };
  #failure: { readonly reason: unknown } | undefined;
  #wake: () => void = () => undefined;

  constructor(id: number, request: CompletionRequest, maxTokens: number) {
    this.id = id;
    this.request = request;
    this.#maxTokens = maxTokens;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  push(text: string): void {
    if (this.#isOver) return;
    this.#texts.push(text);
    this.#wake();
  }

  /** What the model has counted, once it has ended well. */
  get said(): AnswerEnd {
    return this.#said;
  }

  end({ kept, read, written }: Counted): void {
    const inputTokens = kept + read;
    const usage = { inputTokens, cachedTokens: kept, outputTokens: written };
    const stop = written < this.#maxTokens ? "done" : "limit";
    this.#said = { stop, usage };
    this.#finish();
  }

  /** Ends it with this, once its reader has taken what came before. */
  fail(reason: unknown): void {
    if (this.#isOver) return;
    this.#failure = { reason };
    this.#finish();
  }

  /** Ends it with this at once, also where it has ended but was not yet read. */
  cancel(reason: unknown): void {
    this.#texts.length = 0;
    this.#failure = { reason };
    this.#finish();
  }

  /** The next text, or undefined behind the last one. Throws what the answer failed with. */
  async next(): Promise<string | undefined> {
    while (this.#texts.length === 0 && !this.#isOver) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const text = this.#texts.shift();
    if (text === undefined && this.#failure) throw this.#failure.reason;
    return text;
  }

  #finish(): void {
    this.#isOver = true;
    this.#wake();
  }
}

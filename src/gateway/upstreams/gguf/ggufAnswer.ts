import { type CompletionRequest } from "../../../wire/messages.ts";

/** One answer on its way from the model's process to its reader. It ends once; what comes after is dropped. */
export class GgufAnswer {
  readonly id: number;
  readonly request: CompletionRequest;
  readonly #texts: string[] = [];
  #isOver = false;
  #failure: { readonly reason: unknown } | undefined;
  #wake: () => void = () => undefined;

  constructor(id: number, request: CompletionRequest) {
    this.id = id;
    this.request = request;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  push(text: string): void {
    if (this.#isOver) return;
    this.#texts.push(text);
    this.#wake();
  }

  end(): void {
    this.#isOver = true;
    this.#wake();
  }

  /** Ends it with this, once its reader has taken what came before. */
  fail(reason: unknown): void {
    if (this.#isOver) return;
    this.#failure = { reason };
    this.end();
  }

  /** Ends it with this at once, also where it has ended but was not yet read. */
  cancel(reason: unknown): void {
    this.#texts.length = 0;
    this.#failure = { reason };
    this.end();
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
}

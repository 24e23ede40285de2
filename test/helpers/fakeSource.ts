import type { CompletionSource } from "../../src/completion/source.ts";
import type { CompletionAsk, EndPiece, Origin, Piece } from "../../src/wire/messages.ts";

/** An end with times that tests can recognise. */
export const fakeEnd: EndPiece = {
  kind: "end",
  timings: { draftMs: 1, firstRemoteMs: 2, totalMs: 3 },
};

/** A piece of text, of the model unless said otherwise. */
export const textPiece = (text: string, origin: Origin = "remote"): Piece => ({
  kind: "text",
  origin,
  text,
});

/** One answer, said piece by piece by a test. */
export class FakeAnswer implements AsyncIterableIterator<Piece, undefined> {
  readonly request: CompletionAsk;
  readonly signal: AbortSignal;
  /** Whether the reader closed the iterator. */
  isReturned = false;
  readonly #pieces: Piece[] = [];
  #error: { readonly thrown: unknown } | undefined;
  #isOver = false;
  #wake: () => void = () => undefined;

  constructor(request: CompletionAsk, signal: AbortSignal, isDeaf: boolean) {
    this.request = request;
    this.signal = signal;
    const heed = () => {
      this.fail(signal.reason);
    };
    if (!isDeaf) signal.addEventListener("abort", heed);
  }

  say(...pieces: readonly Piece[]): this {
    this.#pieces.push(...pieces);
    this.#wake();
    return this;
  }

  /** Ends the iteration, with or without an end piece before. */
  stop(): void {
    this.#isOver = true;
    this.#wake();
  }

  fail(thrown: unknown): void {
    this.#error ??= { thrown };
    this.#wake();
  }

  async next(): Promise<IteratorResult<Piece, undefined>> {
    for (;;) {
      const value = this.#pieces.shift();
      if (value) return { done: false, value };
      if (this.#error) throw this.#error.thrown;
      if (this.#isOver) return { done: true, value: undefined };
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  return(): Promise<IteratorResult<Piece, undefined>> {
    this.isReturned = true;
    this.stop();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

/** A source whose answers a test gives. A deaf one goes on when its signal fires. */
export class FakeSource {
  readonly answers: FakeAnswer[] = [];
  readonly #isDeaf: boolean;

  constructor({ isDeaf = false } = {}) {
    this.#isDeaf = isDeaf;
  }

  readonly source: CompletionSource = (request, signal) => {
    const answer = new FakeAnswer(request, signal, this.#isDeaf);
    this.answers.push(answer);
    return answer;
  };

  /** The answer to the last ask. */
  get last(): FakeAnswer {
    const answer = this.answers.at(-1);
    if (!answer) throw new Error("nothing was asked");
    return answer;
  }
}

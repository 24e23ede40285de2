import { type Failure } from "../base/failure.ts";
import { type Piece } from "../wire/messages.ts";

/**
 * One answer on its way to its reader: pieces are pushed as frames come in and pulled by one `for await`.
 * It ends once, by `end` or `fail`; what comes after is dropped.
 */
export class StreamQueue {
  readonly #waiting: Piece[] = [];
  #isOver = false;
  #failure: unknown;
  #wake: (() => void) | undefined;

  push(piece: Piece): void {
    if (this.#isOver) return;
    this.#waiting.push(piece);
    this.#wake?.();
  }

  end(): void {
    this.#isOver = true;
    this.#wake?.();
  }

  /** Ends the reader's loop with this, once it has read what came before. */
  fail(failure: Failure): void {
    if (this.#isOver) return;
    this.#failure = failure;
    this.end();
  }

  /** Ends the reader's loop at once with the reason of a cancel; pieces not yet read are dropped. */
  cancel(reason: unknown): void {
    if (this.#isOver && this.#waiting.length === 0) return;
    this.#waiting.length = 0;
    this.#failure = reason;
    this.end();
  }

  async *pieces(): AsyncGenerator<Piece, void, undefined> {
    for (;;) {
      const piece = this.#waiting.shift();
      if (piece) yield piece;
      else if (this.#isOver) break;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    if (this.#failure !== undefined) throw this.#failure as Error;
  }
}

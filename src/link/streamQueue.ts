import type { Failure } from "../base/failure.ts";
import type { Piece } from "../wire/messages.ts";

/**
 * One answer on its way to its reader: pieces are pushed as frames come in and pulled by one `for await`.
 * It ends once, by `end` or `fail`; what comes after is dropped.
 */
export class StreamQueue {
  readonly #waiting: Piece[] = [];
  readonly #grantBytes: number;
  readonly #onTaken: (sizeBytes: number) => void;
  #waitingBytes = 0;
  #takenBytes = 0;
  #isOver = false;
  #failure: unknown;
  #wake: (() => void) | undefined;

  /** `onTaken` is told how much text its reader has taken, whenever that comes to `grantBytes` of UTF-8. */
  constructor(grantBytes: number, onTaken: (sizeBytes: number) => void) {
    this.#grantBytes = grantBytes;
    this.#onTaken = onTaken;
  }

  /** Text that its reader has not taken yet, in bytes of UTF-8. */
  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  push(piece: Piece): void {
    if (this.#isOver) return;
    this.#waiting.push(piece);
    this.#waitingBytes += sizeOf(piece);
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
      if (piece) {
        this.#count(piece);
        yield piece;
      } else if (this.#isOver) break;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    if (this.#failure !== undefined) throw this.#failure as Error;
  }

  #count(piece: Piece): void {
    if (piece.kind !== "text") return;
    this.#waitingBytes -= sizeOf(piece);
    this.#takenBytes += sizeOf(piece);
    if (this.#takenBytes < this.#grantBytes) return;
    this.#onTaken(this.#takenBytes);
    this.#takenBytes = 0;
  }
}

const sizeOf = (piece: Piece): number =>
  piece.kind === "text" ? Buffer.byteLength(piece.text) : 0;

import type { Clock } from "../base/clock.ts";
import type { Disposable } from "../base/disposable.ts";

/**
 * What is on the screen is left alone for so long: an extension that comes before the editor has drawn it has it drawn
 * later (one right behind it: 56 ms later, editor bench), and with 50 ms one was seen to be lost.
 */
const everyMs = 100;

/** Says when to look at what has come of a streaming answer of which some is on the screen: not for each piece. */
export class Extending implements Disposable {
  readonly #clock: Clock;
  readonly #look: () => void;
  /** When something was last taken, or taking it was due. */
  #takenAt: number | undefined;
  #hasMore = false;
  #timer: Disposable | undefined;

  constructor(clock: Clock, look: () => void) {
    this.#clock = clock;
    this.#look = look;
  }

  /** Whether more has come since it was last looked at. */
  get hasMore(): boolean {
    return this.#hasMore;
  }

  /** What there is has been taken for the screen now. */
  taken(): void {
    this.#takenAt = this.#clock.now();
    if (this.#hasMore) this.more();
  }

  /** More has come. It is not looked at before something was taken. */
  more(): void {
    this.#hasMore = true;
    if (this.#takenAt === undefined) return;
    const leftMs = Math.max(0, this.#takenAt + everyMs - this.#clock.now());
    this.#timer ??= this.#clock.after(leftMs, () => {
      this.#timer = undefined;
      this.#hasMore = false;
      this.#takenAt = this.#clock.now();
      this.#look();
    });
  }

  /** Forgets what has come, and what was taken. */
  dispose(): void {
    this.#timer?.dispose();
    this.#timer = undefined;
    this.#hasMore = false;
    this.#takenAt = undefined;
  }
}

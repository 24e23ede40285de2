import { type Clock } from "../base/clock.ts";
import { type Disposable } from "../base/disposable.ts";

/**
 * What is on the screen is left alone for so long: an extension that comes before the editor has drawn it would
 * only have it drawn later (the editor takes 35 ms from an answer to the screen, measured).
 */
const everyMs = 50;

/** Says when what is shown is to be extended while text streams in: not for each piece that comes. */
export class Extending implements Disposable {
  readonly #clock: Clock;
  readonly #extend: () => void;
  #shownAt = Number.NEGATIVE_INFINITY;
  #timer: Disposable | undefined;

  constructor(clock: Clock, extend: () => void) {
    this.#clock = clock;
    this.#extend = extend;
  }

  /** Something is given out for the screen now. */
  shown(): void {
    this.#shownAt = this.#clock.now();
  }

  /** There is more to show. */
  more(): void {
    this.#timer ??= this.#clock.after(
      Math.max(0, this.#shownAt + everyMs - this.#clock.now()),
      () => {
        this.#timer = undefined;
        this.shown();
        this.#extend();
      },
    );
  }

  /** Nothing is told of what has come. */
  dispose(): void {
    this.#timer?.dispose();
    this.#timer = undefined;
  }
}

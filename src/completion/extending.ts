import { type Clock } from "../base/clock.ts";
import { type Disposable } from "../base/disposable.ts";

/** While text streams in, what is shown is extended this often, and at its end. */
const everyMs = 50;

/** Says when what is shown is to be extended: not for each piece that comes. */
export class Extending implements Disposable {
  readonly #clock: Clock;
  readonly #extend: () => void;
  #timer: Disposable | undefined;

  constructor(clock: Clock, extend: () => void) {
    this.#clock = clock;
    this.#extend = extend;
  }

  /** There is more to show. */
  more(): void {
    this.#timer ??= this.#clock.after(everyMs, () => {
      this.#timer = undefined;
      this.#extend();
    });
  }

  /** What there is will not change any more: if it has not been told, it is now. */
  flush(): void {
    if (!this.#timer) return;
    this.dispose();
    this.#extend();
  }

  /** Nothing is told of what has come. */
  dispose(): void {
    this.#timer?.dispose();
    this.#timer = undefined;
  }
}

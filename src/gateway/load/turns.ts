import type { Clock } from "../../base/clock.ts";

/** So long one turn of the event loop may begin answers before what else has arrived is read. */
const turnMs = 5;

/**
 * Spreads what begins answers over turns of the event loop: a thousand asked for at once would keep it from reading pings
 * and cancels for seconds, and their links would be taken for dead. What a turn has time for begins in it.
 */
export class Turns {
  readonly #clock: Clock;
  readonly #waiting: (() => void)[] = [];
  /** When this turn's time is over; undefined before it has begun anything. */
  #until: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls `work` now, or in the next turn that has time for it, in the order of calling, and returns what it promises. */
  begin<Result>(work: () => Promise<Result>): Promise<Result> {
    const until = (this.#until ??= this.#open());
    if (this.#waiting.length === 0 && this.#clock.now() < until) return work();
    return new Promise((resolve) => {
      this.#waiting.push(() => {
        resolve(work());
      });
    });
  }

  /** The first one of a turn opens it: what comes by the time it is over belongs to it. */
  #open(): number {
    setImmediate(this.#next);
    return this.#clock.now() + turnMs;
  }

  readonly #next = (): void => {
    this.#until = this.#waiting.length === 0 ? undefined : this.#open();
    for (let now = 0; this.#until !== undefined && now < this.#until; now = this.#clock.now()) {
      const begin = this.#waiting.shift();
      if (!begin) return;
      begin();
    }
  };
}

import type { Clock } from "../../../src/base/clock.ts";
import type { Disposable } from "../../../src/base/disposable.ts";

interface Timer {
  readonly at: number;
  readonly action: () => void;
}

/** Rounds of the event loop without anything new after which nothing more comes by itself. */
const quietRounds = 4;

/**
 * Time that goes on when everything has happened that needs none: after each timer it waits until promises and
 * immediates have come to rest, whatever that takes of real time.
 */
export class VirtualClock implements Clock {
  readonly #timers = new Set<Timer>();
  readonly #activity: () => number;
  #now = 1_000;
  #begun = 0;

  /** `activity` grows with everything that happens besides timers: frames on their way, pieces of an answer. */
  constructor(activity: () => number) {
    this.#activity = activity;
  }

  now(): number {
    return this.#now;
  }

  after(delayMs: number, action: () => void): Disposable {
    const timer = { at: this.#now + Math.max(0, delayMs), action };
    this.#timers.add(timer);
    this.#begun++;
    return { dispose: () => void this.#timers.delete(timer) };
  }

  /** Lets time pass up to a moment, the timers due at that moment included. */
  async until(at: number): Promise<void> {
    await this.settle();
    for (let timer = this.#due(at); timer; timer = this.#due(at)) {
      this.#now = Math.max(this.#now, timer.at);
      this.#timers.delete(timer);
      timer.action();
      await this.settle();
    }
    this.#now = Math.max(this.#now, at);
  }

  /** Resolves when nothing more happens without time. */
  async settle(): Promise<void> {
    let [seen, quiet] = [-1, 0];
    while (quiet < quietRounds) {
      const happened = this.#activity() + this.#begun;
      quiet = happened === seen ? quiet + 1 : 0;
      seen = happened;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  #due(end: number): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.at <= end && (!first || timer.at < first.at)) first = timer;
    }
    return first;
  }
}

import type { Clock } from "../../src/base/clock.ts";
import type { Disposable } from "../../src/base/disposable.ts";

interface Timer {
  readonly at: number;
  readonly action: () => void;
}

/** Time that passes only when a test says so. */
export class ManualClock implements Clock {
  readonly #timers = new Set<Timer>();
  #now = 1_000;

  now(): number {
    return this.#now;
  }

  after(delayMs: number, action: () => void): Disposable {
    const timer = { at: this.#now + delayMs, action };
    this.#timers.add(timer);
    return { dispose: () => void this.#timers.delete(timer) };
  }

  /** How many timers run: none once everything that used this clock has ended. */
  get timerCount(): number {
    return this.#timers.size;
  }

  /** Lets time pass and runs each timer at its own moment, those that timers set included. */
  advance(byMs: number): void {
    const end = this.#now + byMs;
    for (let timer = this.#due(end); timer; timer = this.#due(end)) {
      this.#now = Math.max(this.#now, timer.at);
      this.#timers.delete(timer);
      timer.action();
    }
    this.#now = end;
  }

  /** Lets time pass as for a process that was held up: the timers that fell due run late, once. */
  stall(forMs: number): void {
    this.#now += forMs;
    for (const timer of [...this.#timers]) {
      if (timer.at <= this.#now && this.#timers.delete(timer)) timer.action();
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

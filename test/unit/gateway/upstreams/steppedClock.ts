import { type Clock } from "../../../../src/base/clock.ts";

/** A clock that stands still until a test moves it. */
export class SteppedClock implements Clock {
  #now = 0;
  readonly #timers = new Set<{ readonly at: number; readonly action: () => void }>();

  #waiting: ((timers: number) => boolean)[] = [];

  get timers(): number {
    return this.#timers.size;
  }

  /** Resolves once that many timers run. */
  until(timers: number): Promise<void> {
    return new Promise((resolve) => {
      const waiter = (count: number) => {
        if (count < timers) return false;
        resolve();
        return true;
      };
      if (!waiter(this.#timers.size)) this.#waiting.push(waiter);
    });
  }

  now(): number {
    return this.#now;
  }

  after(delayMs: number, action: () => void): { dispose(): void } {
    const timer = { at: this.#now + delayMs, action };
    this.#timers.add(timer);
    this.#waiting = this.#waiting.filter((waiter) => !waiter(this.#timers.size));
    return { dispose: () => void this.#timers.delete(timer) };
  }

  advance(byMs: number): void {
    this.#now += byMs;
    for (const timer of [...this.#timers]) {
      if (timer.at <= this.#now && this.#timers.delete(timer)) timer.action();
    }
  }
}

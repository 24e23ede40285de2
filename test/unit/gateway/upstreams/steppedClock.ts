import type { Disposable } from "../../../../src/base/disposable.ts";
import { ManualClock } from "../../../helpers/manualClock.ts";

/** A clock that a test moves once what it tries over real sockets has come so far as to wait for it. */
export class SteppedClock extends ManualClock {
  #waiting: (() => boolean)[] = [];

  /** Resolves once that many timers run. */
  until(timers: number): Promise<void> {
    return new Promise((resolve) => {
      const isThere = () => {
        if (this.timerCount < timers) return false;
        resolve();
        return true;
      };
      if (!isThere()) this.#waiting.push(isThere);
    });
  }

  override after(delayMs: number, action: () => void): Disposable {
    const timer = super.after(delayMs, action);
    this.#waiting = this.#waiting.filter((isThere) => !isThere());
    return timer;
  }
}

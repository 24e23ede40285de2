import type { Clock } from "../base/clock.ts";
import type { Disposable } from "../base/disposable.ts";

/** What is told when keys come late. */
export interface StartKeysParts {
  /** Called when keys that were not there in time have come: the child is to begin anew with them. */
  readonly onLate: () => void;
  readonly clock: Clock;
}

const firstPatienceMs = 2_000;

/**
 * The keys of the models, for the child's start. A keyring that is slow, or asks the person first, or never answers, does not
 * keep the engine waiting, which needs none. Each time that keys come late the next ones are waited for twice as long: one
 * that is slow each time would make the child begin anew for ever.
 */
export class StartKeys implements Disposable {
  readonly #parts: StartKeysParts;
  #patienceMs = firstPatienceMs;
  /** Counts the starts: keys that come for one before the last are of no use any more. */
  #starts = 0;
  #isDisposed = false;

  constructor(parts: StartKeysParts) {
    this.#parts = parts;
  }

  /** What is being read, which never rejects; undefined where it is not there soon, which is never before `leastMs`. */
  async inTime<T>(keys: Promise<T>, leastMs = 0): Promise<T | undefined> {
    const { onLate, clock } = this.#parts;
    const start = ++this.#starts;
    const late = Promise.withResolvers<undefined>();
    const timer = clock.after(Math.max(this.#patienceMs, leastMs), () => {
      late.resolve(undefined);
      void keys.then(() => {
        if (this.#isDisposed || start !== this.#starts) return;
        this.#patienceMs *= 2;
        onLate();
      });
    });
    try {
      return await Promise.race([keys, late.promise]);
    } finally {
      timer.dispose();
    }
  }

  dispose(): void {
    this.#isDisposed = true;
  }
}

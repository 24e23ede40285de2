import type { Clock } from "../base/clock.ts";
import type { Disposable } from "../base/disposable.ts";

/** What is told when keys come late. */
export interface StartKeysParts {
  /** Called when keys that were not there in time have come: the child is to begin anew with them. */
  readonly onLate: () => void;
  readonly clock: Clock;
}

const patienceMs = 2_000;

/**
 * The keys of the models, for the child's start. A keyring that is slow, or asks the person first, does not keep the engine
 * waiting, which needs none. That is so once in a window's life: one that is slow each time would make the child begin anew
 * for ever.
 */
export class StartKeys implements Disposable {
  readonly #parts: StartKeysParts;
  #mayBeLate = true;
  #isDisposed = false;

  constructor(parts: StartKeysParts) {
    this.#parts = parts;
  }

  /** What is being read, which never rejects; undefined where it is not there soon. */
  async inTime<T>(keys: Promise<T>): Promise<T | undefined> {
    const { onLate, clock } = this.#parts;
    if (!this.#mayBeLate) return keys;
    const late = Promise.withResolvers<undefined>();
    const timer = clock.after(patienceMs, () => {
      this.#mayBeLate = false;
      late.resolve(undefined);
      void keys.then(() => {
        if (!this.#isDisposed) onLate();
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

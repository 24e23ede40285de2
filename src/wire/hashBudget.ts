import type { Clock } from "../base/clock.ts";

/** In UTF-16 units: what may be hashed at once, and how fast that grows again. */
const fullChars = 8 * 1024 * 1024;
const charsPerMs = 4 * 1024;

/**
 * How much text one connection may have hashed: a few bytes ask for it, and all others wait meanwhile. One for each
 * connection.
 */
export class HashBudget {
  readonly #clock: Clock;
  #chars = fullChars;
  #at: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#at = clock.now();
  }

  /** Whether a text of this length may be hashed now; if so it is counted. */
  take(lengthChars: number): boolean {
    const now = this.#clock.now();
    this.#chars = Math.min(fullChars, this.#chars + (now - this.#at) * charsPerMs);
    this.#at = now;
    if (lengthChars > this.#chars) return false;
    this.#chars -= lengthChars;
    return true;
  }
}

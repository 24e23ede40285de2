import type { Clock } from "../base/clock.ts";
import type { Disposable } from "../base/disposable.ts";

/** Between the last key and its search. */
const pauseMs = 150;

/** What a search is made of. */
export interface SearchParts<T> {
  readonly clock: Clock;
  readonly find: (text: string, signal: AbortSignal) => Promise<T>;
  /** Hears what was found for the text that was typed last, and nothing of others. */
  readonly show: (found: T) => void;
}

/** Searches for what is typed, a moment after the last key; the search before is stopped. Its owner disposes it. */
export class TypedSearch<T> implements Disposable {
  readonly #parts: SearchParts<T>;
  #running = new AbortController();
  #timer: Disposable | undefined;

  constructor(parts: SearchParts<T>) {
    this.#parts = parts;
  }

  typed(text: string): void {
    this.dispose();
    this.#timer = this.#parts.clock.after(pauseMs, () => {
      void this.search(text);
    });
  }

  /** Searches at once; never rejects: what cannot be searched leaves what is shown. */
  async search(text: string): Promise<void> {
    this.dispose();
    this.#running = new AbortController();
    const { signal } = this.#running;
    const found = await this.#parts.find(text, signal).catch(() => undefined);
    if (found !== undefined && !signal.aborted) this.#parts.show(found);
  }

  dispose(): void {
    this.#timer?.dispose();
    this.#running.abort();
  }
}

/** A response that can be gone on from. */
export interface Remembered {
  readonly id: string;
  /** Of all that led to it, itself included. */
  readonly tokens: number;
}

/** What one connection keeps: the latest response of each lane. */
export class Memory {
  readonly #latest = new Map<string, Remembered>();
  readonly #stored: ReadonlyMap<string, Remembered>;

  /** `stored` is what outlives connections. */
  constructor(stored: ReadonlyMap<string, Remembered>) {
    this.#stored = stored;
  }

  find(id: string): Remembered | undefined {
    return [...this.#latest.values()].find((each) => each.id === id) ?? this.#stored.get(id);
  }

  /** A lane goes on: what it had is no longer its latest. */
  advance(lane: string): void {
    this.#latest.delete(lane);
  }

  clear(): void {
    this.#latest.clear();
  }

  keep(lane: string, response: Remembered): void {
    this.#latest.set(lane, response);
  }

  /** A continuation failed: what it went on from is lost where that was on the same lane. */
  failed(lane: string, previousId: string): void {
    if (this.#latest.get(lane)?.id === previousId) this.#latest.delete(lane);
  }
}

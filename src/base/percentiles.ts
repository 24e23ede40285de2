/** The last `capacity` samples of one measure, and their percentiles. */
export class Percentiles {
  readonly #capacity: number;
  readonly #samples: number[] = [];
  #next = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  add(sample: number): void {
    this.#samples[this.#next] = sample;
    this.#next = (this.#next + 1) % this.#capacity;
  }

  get count(): number {
    return this.#samples.length;
  }

  /** The nearest-rank percentile, `share` from 0 to 1; undefined while there is no sample. */
  at(share: number): number | undefined {
    const sorted = this.#samples.toSorted((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(sorted.length * share) - 1))];
  }
}

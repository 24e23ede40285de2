/**
 * Why a file or a folder is not learned. `ignored`: by an ignore file, or its name is one of secrets. `name`:
 * by its name dependencies, a build's result, a lock file or data. `link`: a symbolic one. `no file`: a pipe or
 * a device. `gone`: deleted before it was read. `many`: beyond the number of entries a walk looks at.
 * `memory`: the index is as large as it may be.
 */
export type SkipReason =
  | "ignored"
  | "name"
  | "large"
  | "binary"
  | "minified"
  | "generated"
  | "unreadable"
  | "gone"
  | "link"
  | "no file"
  | "many"
  | "memory";

/** How many files and folders were left out for each reason; a folder counts as one. */
export type SkippedCounts = Readonly<Partial<Record<SkipReason, number>>>;

/** Counts them. */
export class SkipCounter {
  readonly #counts: Map<SkipReason, number>;

  /** Goes on from these counts. */
  constructor(counts: SkippedCounts = {}) {
    this.#counts = new Map(Object.entries(counts) as [SkipReason, number][]);
  }

  add(reason: SkipReason, count = 1): void {
    if (count > 0) this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + count);
  }

  get counts(): SkippedCounts {
    return Object.fromEntries(this.#counts);
  }
}

import type { Clock } from "../base/clock.ts";
import type { Disposable } from "../base/disposable.ts";

/** What a batch needs. */
export interface PathBatchParts {
  readonly clock: Clock;
  /** How long a path may wait for others. */
  readonly waitMs: number;
  /** The most paths at once. */
  readonly most: number;
  /** What stands for all of them where there are more. */
  readonly everything: () => readonly string[];
  readonly send: (paths: readonly string[]) => void;
}

/** Gathers paths and sends them together, each once; a flood is a single word. `dispose` drops what waits. */
export class PathBatch implements Disposable {
  readonly #parts: PathBatchParts;
  readonly #paths = new Set<string>();
  #timer: Disposable | undefined;

  constructor(parts: PathBatchParts) {
    this.#parts = parts;
  }

  add(path: string): void {
    const { clock, waitMs, most } = this.#parts;
    if (this.#paths.size <= most) this.#paths.add(path);
    this.#timer ??= clock.after(waitMs, () => {
      this.#send();
    });
  }

  dispose(): void {
    this.#timer?.dispose();
    this.#paths.clear();
  }

  #send(): void {
    const { most, everything, send } = this.#parts;
    const paths = [...this.#paths];
    this.#timer = undefined;
    this.#paths.clear();
    send(paths.length > most ? everything() : paths);
  }
}

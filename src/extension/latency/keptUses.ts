import { randomUUID } from "node:crypto";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../../base/clock.ts";
import type { Disposable } from "../../base/disposable.ts";
import type { LatencyRecorder } from "../../latency/latencyRecorder.ts";
import { mergedUses, type ModelUse, usesFromJson, usesToJson } from "../../latency/modelUse.ts";

/** What the keeper is made of. */
export interface KeptUsesParts {
  /** Shared by all windows, each of which has a file in it; made when there is something to keep. */
  readonly folder: string;
  readonly recorder: Pick<LatencyRecorder, "uses" | "onChange">;
  readonly clock: Clock;
  readonly wallMs: () => number;
}

/** Counts are written so much later than they change, so that a window which is killed loses no more than that. */
const writeMs = 10_000;
/** A window that has ended so long ago is forgotten. */
const keptDays = 31;
const dayMs = 24 * 60 * 60 * 1_000;
const nothing = usesToJson([]);

/**
 * Keeps what the models were used for from window to window, so that a day has one cost however many windows it had. Numbers
 * and the names of models and their servers alone. A folder that cannot be written or read costs nothing but that. Disposing
 * writes the last counts.
 */
export class KeptUses implements Disposable {
  readonly #parts: KeptUsesParts;
  readonly #name = `${randomUUID()}.json`;
  readonly #watch: Disposable;
  #timer: Disposable | undefined;
  #cleared: readonly ModelUse[] = [];
  /** What the file holds. */
  #written = nothing;
  #isDisposed = false;

  constructor(parts: KeptUsesParts) {
    this.#parts = parts;
    this.#watch = parts.recorder.onChange(() => {
      this.#timer ??= parts.clock.after(writeMs, this.#write);
    });
  }

  /** What this window had counted before its recorder was cleared. */
  get cleared(): readonly ModelUse[] {
    return this.#cleared;
  }

  /** The recorder is about to be cleared: what it has counted stays here. */
  setAside(): void {
    this.#cleared = this.#own();
  }

  /** What all other windows have counted within a month; older files are removed. */
  async others(): Promise<readonly ModelUse[]> {
    const { folder } = this.#parts;
    const names = await readdir(folder).catch(() => []);
    const others = names.filter((name) => !name.startsWith(this.#name));
    const read = await Promise.all(others.map((name) => this.#read(join(folder, name))));
    return mergedUses(read.flat());
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#watch.dispose();
    this.#timer?.dispose();
    const text = usesToJson(this.#own());
    if (text === this.#written) return;
    const { folder } = this.#parts;
    try {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, this.#name), text);
    } catch {
      // The last seconds are not kept.
    }
  }

  #own(): ModelUse[] {
    const uses = this.#parts.recorder.uses.filter(({ upstream }) => upstream !== "");
    return mergedUses([...this.#cleared, ...uses]);
  }

  readonly #write = (): void => {
    this.#timer = undefined;
    const text = usesToJson(this.#own());
    if (text !== this.#written) void this.#replace(text).catch(() => undefined);
  };

  /** Whoever reads meanwhile reads what was there before. */
  async #replace(text: string): Promise<void> {
    const { folder } = this.#parts;
    const file = join(folder, this.#name);
    await mkdir(folder, { recursive: true });
    await writeFile(`${file}.new`, text);
    if (this.#isDisposed) return; // what is there is newer
    renameSync(`${file}.new`, file); // nothing comes between, which takes some microseconds
    const isFirst = this.#written === nothing;
    this.#written = text;
    if (isFirst) await this.others(); // so that old files go also where nobody looks at them
  }

  /** What one window has counted; nothing where the file makes no sense, or is too old, and removed then. */
  async #read(file: string): Promise<ModelUse[]> {
    try {
      const { mtimeMs } = await stat(file);
      if (mtimeMs < this.#parts.wallMs() - keptDays * dayMs) {
        await rm(file, { force: true });
        return [];
      }
      return file.endsWith(".json") ? usesFromJson(await readFile(file, "utf8")) : [];
    } catch {
      return [];
    }
  }
}

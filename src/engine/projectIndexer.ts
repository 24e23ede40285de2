import { type Dirent } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { type Clock } from "../base/clock.ts";
import { type Disposable } from "../base/disposable.ts";
import { IgnoreRules } from "../privacy/ignoreRules.ts";
import { addRulesFor, addRulesIn } from "../privacy/readRules.ts";
import { type Engine } from "./engine.ts";
import { ignoreFilesOnDisk } from "./ignoreFiles.ts";
import { isWorthLearning, isWorthWalking, mostFileBytes, sourceText } from "./learnable.ts";

/** A workspace folder. Its files are learned under `name/path/in/it` with forward slashes. */
export interface ProjectRoot {
  readonly name: string;
  readonly folder: string;
}

/** What an indexer needs. */
export interface IndexerParts {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly roots: readonly ProjectRoot[];
}

const sliceMs = 8;
const mostFiles = 3000;
/** Someone may open a home folder: the walk ends even where it finds little to learn. */
const mostVisited = 100_000;
const mostChars = 12 * 1024 * 1024;

/**
 * Teaches the engine the project's files, the nearest to the roots first, in slices that leave the
 * event loop free, within bounds and by the privacy rules. It watches nothing: whoever
 * started it starts anew when the rules have changed. `dispose` ends the walk.
 */
export class ProjectIndexer implements Disposable {
  readonly #parts: IndexerParts;
  #sliceStartedAt = 0;
  #isDisposed = false;

  constructor(parts: IndexerParts) {
    this.#parts = parts;
  }

  /** Walks the roots, once; never rejects. What cannot be read is left out. */
  async run(): Promise<void> {
    this.#sliceStartedAt = this.#parts.clock.now();
    for (const root of this.#parts.roots) {
      const rules = new IgnoreRules(process.platform === "win32" || process.platform === "darwin");
      const folder = withSlashes(root.folder);
      await addRulesFor(rules, folder, folder, ignoreFilesOnDisk);
      await this.#walk(root, rules);
    }
  }

  dispose(): void {
    this.#isDisposed = true;
  }

  /** Level by level, so that the bounds cut off what lies deepest. */
  async #walk(root: ProjectRoot, rules: IgnoreRules): Promise<void> {
    const folders = [root.folder];
    let visited = 0;
    for (const folder of folders) {
      if (this.#isDisposed || this.#isFull || visited > mostVisited) return;
      await addRulesIn(rules, withSlashes(folder), ignoreFilesOnDisk);
      const entries = await entriesOf(folder);
      visited += entries.length;
      for (const entry of entries) {
        const path = join(folder, entry.name);
        if (entry.isDirectory()) {
          if (isWorthWalking(entry.name) && rules.folderVerdict(path) === "open")
            folders.push(path);
        } else if (entry.isFile()) {
          await this.#learn(root, path, rules);
        }
      }
    }
  }

  async #learn(root: ProjectRoot, path: string, rules: IgnoreRules): Promise<void> {
    if (!isWorthLearning(path) || rules.verdict(path) !== "open") return;
    const text = await textOf(path);
    if (text === undefined || this.#isDisposed || this.#isFull) return;
    const inside = withSlashes(path.slice(root.folder.length)).replace(/^\//, "");
    await this.#runInSlices(this.#parts.engine.learning(`${root.name}/${inside}`, text));
  }

  async #runInSlices(steps: Generator<undefined, void>): Promise<void> {
    const { clock } = this.#parts;
    for (let isDone = false; !isDone && !this.#isDisposed;) {
      isDone = steps.next().done === true;
      if (clock.now() - this.#sliceStartedAt < sliceMs / 2) continue;
      await new Promise((resume) => setImmediate(resume));
      this.#sliceStartedAt = clock.now();
    }
  }

  get #isFull(): boolean {
    const { learnedFiles, learnedChars } = this.#parts.engine.stats;
    return learnedFiles >= mostFiles || learnedChars >= mostChars;
  }
}

/** Files before folders do not matter here, but an order that stays the same does. */
async function entriesOf(folder: string): Promise<Dirent[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Undefined for files that cannot be read, are too large or are no text. */
async function textOf(path: string): Promise<string | undefined> {
  try {
    // The size comes first: a dump of many gigabytes must not be read to be refused.
    if ((await stat(path)).size > mostFileBytes) return undefined;
    return sourceText(await readFile(path));
  } catch {
    return undefined;
  }
}

const withSlashes = (path: string): string => (sep === "/" ? path : path.replaceAll(sep, "/"));

import { type Dirent } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join, sep } from "node:path";
import { type Clock } from "../base/clock.ts";
import { type Disposable } from "../base/disposable.ts";
import { IgnoreRules } from "../privacy/ignoreRules.ts";
import { type Engine } from "./engine.ts";
import { addIgnoreFiles, addIgnoreFilesAbove } from "./ignoreFiles.ts";
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
const mostChars = 12 * 1024 * 1024;

/**
 * Teaches the engine the project's files, the nearest to the roots first, in slices that leave the
 * event loop free, within bounds and by the privacy rules. It watches nothing: the owner tells it of
 * saved and deleted files. `dispose` ends the walk; what was learned stays with the engine.
 */
export class ProjectIndexer implements Disposable {
  readonly #parts: IndexerParts;
  readonly #rules = new Map<ProjectRoot, IgnoreRules>();
  readonly #learned = new Set<string>();
  #sliceStartedAt = 0;
  #isDisposed = false;
  #idle: Promise<void> = Promise.resolve();

  constructor(parts: IndexerParts) {
    this.#parts = parts;
  }

  /** Resolves when the walk and all files handed in so far are through; never rejects. */
  get idle(): Promise<void> {
    return this.#idle;
  }

  /** Walks the roots, forgetting an earlier walk; also to be called when an ignore file has changed. */
  start(): void {
    this.#enqueue(() => this.#walkRoots());
  }

  /** Learns a file anew after it was saved, or forgets it if it may no longer be learned. */
  learnSaved(path: string): void {
    this.#enqueue(() => this.#learnSaved(path));
  }

  /** Forgets a file that was deleted or moved away. */
  forgetDeleted(path: string): void {
    const key = this.#keyOf(path);
    if (key !== undefined) this.#forget(key);
  }

  dispose(): void {
    this.#isDisposed = true;
  }

  #enqueue(work: () => Promise<void>): void {
    this.#idle = this.#idle.then(async () => {
      if (!this.#isDisposed) await work();
    });
  }

  async #walkRoots(): Promise<void> {
    this.#sliceStartedAt = this.#parts.clock.now();
    for (const key of this.#learned) this.#forget(key);
    for (const root of this.#parts.roots) {
      const rules = new IgnoreRules(process.platform === "win32" || process.platform === "darwin");
      this.#rules.set(root, rules);
      await addIgnoreFilesAbove(rules, root.folder);
      await this.#walk(root, rules);
    }
  }

  /** Level by level, so that the bounds cut off what lies deepest. */
  async #walk(root: ProjectRoot, rules: IgnoreRules): Promise<void> {
    const folders = [root.folder];
    for (const folder of folders) {
      if (this.#isDisposed || this.#isFull) return;
      await addIgnoreFiles(rules, folder);
      for (const entry of await entriesOf(folder)) {
        const path = join(folder, entry.name);
        if (entry.isDirectory()) {
          if (isWorthWalking(entry.name) && rules.folderVerdict(path) === "open")
            folders.push(path);
        } else if (entry.isFile()) {
          await this.#learn(path, rules);
        }
      }
    }
  }

  async #learnSaved(path: string): Promise<void> {
    const root = this.#rootOf(path);
    const rules = root && this.#rules.get(root);
    if (rules) await this.#learn(path, rules);
  }

  async #learn(path: string, rules: IgnoreRules): Promise<void> {
    const key = this.#keyOf(path);
    if (key === undefined) return;
    const { engine } = this.#parts;
    const mayLearn = isWorthLearning(path) && rules.verdict(path) === "open";
    const text = mayLearn ? await textOf(path) : undefined;
    if (text === undefined) {
      this.#forget(key);
      return;
    }
    if (this.#isDisposed || (this.#isFull && !this.#learned.has(key))) return;
    this.#learned.add(key);
    await this.#runInSlices(engine.learning(key, text));
  }

  #forget(key: string): void {
    this.#learned.delete(key);
    this.#parts.engine.forgetFile(key);
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

  #rootOf(path: string): ProjectRoot | undefined {
    return this.#parts.roots.find((root) => path.startsWith(withSeparator(root.folder)));
  }

  #keyOf(path: string): string | undefined {
    const root = this.#rootOf(path);
    if (!root) return undefined;
    const inside = path.slice(withSeparator(root.folder).length);
    return `${root.name}/${inside.replaceAll("\\", "/")}`;
  }
}

function withSeparator(folder: string): string {
  return folder.endsWith(sep) ? folder : folder + sep;
}

/** Files before folders do not matter here, but an order that stays the same does. */
async function entriesOf(folder: string): Promise<Dirent[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Undefined for files that cannot be read, are too large or are no text. */
async function textOf(path: string): Promise<string | undefined> {
  const bytes = await readFile(path).catch(() => undefined);
  return bytes && bytes.length <= mostFileBytes ? sourceText(bytes) : undefined;
}

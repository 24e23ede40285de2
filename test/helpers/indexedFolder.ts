import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Logger } from "../../src/base/log.ts";
import { Engine, type EngineQuery } from "../../src/engine/engine.ts";
import { ProjectIndexer } from "../../src/engine/indexing/projectIndexer.ts";
import type { ProjectRoot } from "../../src/engine/indexing/projectFiles.ts";
import { Changes } from "./changes.ts";

/** A project in a temporary folder, and an engine that learns it as `app`. */
export class IndexedFolder {
  readonly folder = mkdtempSync(join(tmpdir(), "indexed-"));
  readonly engine = new Engine();
  readonly warnings: string[] = [];
  readonly shares: number[] = [];
  readonly #changes = new Changes();
  #indexer: ProjectIndexer | undefined;
  #settledCount = 0;

  /** Writes a file, with the folders on its way, and returns its path. */
  write(path: string, text: string | Uint8Array): string {
    const full = join(this.folder, path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, text);
    return full;
  }

  remove(path: string): string {
    const full = join(this.folder, path);
    rmSync(full, { recursive: true });
    return full;
  }

  /** Starts the indexer. */
  start(
    options: { readonly mostBytes?: number; readonly roots?: readonly ProjectRoot[] } = {},
  ): ProjectIndexer {
    const log: Logger = {
      debug: () => undefined,
      info: () => undefined,
      warn: (line) => void this.warnings.push(line),
    };
    const roots = options.roots ?? [{ name: "app", folder: this.folder }];
    const onProgress = (share: number) => {
      this.shares.push(share);
      if (share === 1) this.#settledCount += 1;
      this.#changes.notify();
    };
    this.#indexer = new ProjectIndexer({ roots, log, onProgress, engine: this.engine, ...options });
    return this.#indexer;
  }

  /** Starts it and waits until all is learned. */
  async learned(options?: { readonly mostBytes?: number }): Promise<ProjectIndexer> {
    const indexer = this.start(options);
    await indexer.settled;
    return indexer;
  }

  /** Says that these paths have changed, and waits until that is learned. */
  async changed(...paths: readonly string[]): Promise<void> {
    const before = this.#settledCount;
    this.#indexer?.changed(paths);
    await this.#changes.until(() => this.#settledCount > before);
  }

  /** A cursor rests at the end of this text in a file of the project. */
  rest(text: string, file: Partial<EngineQuery> = {}): void {
    const place = { path: "app/asking.ts", languageId: "typescript", before: text, after: "" };
    this.#indexer?.readImportsOf({ ...place, isConfined: false, ...file });
  }

  /** The same, until what it imports is learned. */
  async rested(text: string, file?: Partial<EngineQuery>): Promise<void> {
    const before = this.#settledCount;
    this.rest(text, file);
    await this.#changes.until(() => this.#settledCount > before);
  }

  /** True when a line that starts with this word was learned. */
  knows(word: string, path = "app/asking.ts"): boolean {
    return this.answer(word.slice(0, -1), path)?.startsWith(word.slice(-1)) ?? false;
  }

  /** What the engine would go on with behind this text, sure or not. */
  answer(before: string, path = "app/asking.ts"): string | undefined {
    const query = { path, languageId: "x", before, after: "", isConfined: false };
    return this.engine.predict(query).at(-1)?.text;
  }

  dispose(): void {
    this.#indexer?.dispose();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

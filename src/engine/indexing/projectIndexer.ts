import { extname, join } from "node:path";
import { Worker } from "node:worker_threads";
import type { Disposable } from "../../base/disposable.ts";
import { Failure } from "../../base/failure.ts";
import type { Logger } from "../../base/log.ts";
import { importedNames } from "../declarations/importedNames.ts";
import type { Engine, EngineQuery } from "../engine.ts";
import type { IndexNotice, IndexReport, IndexTask } from "./indexMessages.ts";
import type { ProjectRoot } from "./projectFiles.ts";
import type { SkippedCounts } from "./skipped.ts";

/** What an indexer needs. */
export interface IndexerParts {
  readonly engine: Engine;
  readonly roots: readonly ProjectRoot[];
  readonly log: Logger;
  /** The memory the index may take, texts included. */
  readonly mostBytes?: number;
  /** Called with how much has been read where that takes long, from 0 to 1; with 1 whenever all is learned. */
  readonly onProgress?: (share: number) => void;
}

const importingLanguages: ReadonlySet<string> = new Set([
  "javascript",
  "javascriptreact",
  "typescript",
  "typescriptreact",
  "svelte",
  "vue",
]);
const mostIndexBytes = 256 * 1024 * 1024;

/** The program of the thread stands beside this one and has its form: source, or a bundle. */
const program = join(import.meta.dirname, `indexWorker${extname(import.meta.filename)}`);

/**
 * Teaches the engine the project's files and keeps up with them, in a thread of its own: this one only takes over
 * what is finished. By the privacy rules and within bounds, the nearest to the roots first. `dispose` ends it;
 * when its thread fails, the engine forgets the project, since it could not be told of new rules.
 */
export class ProjectIndexer implements Disposable {
  readonly #parts: IndexerParts;
  readonly #worker: Worker;
  readonly #settled = Promise.withResolvers<undefined>();
  #skipped: SkippedCounts = {};

  constructor(parts: IndexerParts) {
    this.#parts = parts;
    const { roots, mostBytes = mostIndexBytes } = parts;
    const task: IndexTask = { roots, mostBytes };
    this.#worker = new Worker(program, { workerData: task });
    this.#worker.on("message", (report: IndexReport) => {
      this.#hear(report);
    });
    this.#worker.on("error", (error) => {
      parts.engine.forgetProject();
      parts.log.warn(`the project is not learned: ${Failure.from(error).message}`);
      this.#end();
    });
  }

  /** Settles when the project has been learned for the first time, or the indexer has ended. */
  get settled(): Promise<undefined> {
    return this.#settled.promise;
  }

  /** What was left out of the project as it is known now. */
  get skipped(): SkippedCounts {
    return this.#skipped;
  }

  /** Something was saved, created, renamed or deleted at these absolute paths. */
  changed(paths: readonly string[]): void {
    this.#tell({ changed: paths });
  }

  /** Lets the engine know the declarations of what this file imports, where it knows little else. */
  readImportsOf({ path, languageId, before, after, isConfined }: EngineQuery): void {
    if (isConfined || !importingLanguages.has(languageId)) return;
    const names = importedNames(before, after);
    if (names.length > 0) this.#tell({ key: path, names });
  }

  dispose(): void {
    this.#worker.removeAllListeners("message"); // it may have something under way
    void this.#worker.terminate();
    this.#end();
  }

  #tell(notice: IndexNotice): void {
    this.#worker.postMessage(notice);
  }

  #hear(report: IndexReport): void {
    const { engine, onProgress } = this.#parts;
    switch (report.kind) {
      case "segment":
        engine.adopt(report.segment);
        break;
      case "declarations":
        engine.adoptDeclarations(report.segment);
        break;
      case "forget":
        for (const path of report.paths) engine.forgetFile(path);
        break;
      case "progress":
        onProgress?.(report.share);
        break;
      case "settled":
        this.#skipped = report.skipped;
        this.#end();
        break;
    }
  }

  #end(): void {
    this.#settled.resolve(undefined);
    this.#parts.onProgress?.(1);
  }
}

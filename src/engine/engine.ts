/**
 * This folder answers with no model and no network: it goes on from where the text before the cursor
 * stood before, in the open document or in the project's files, by the longest match and then the most
 * recent. It owns what was learned of the project and the index of the open documents. It must not know
 * the wire, the link or the editor, and never writes to disk. Start here, then `search.ts` for how an
 * occurrence is found and `tokenLog.ts` for the index; `projectIndexer.ts` walks the folders.
 */
import { type Disposable } from "../base/disposable.ts";
import { agreedPart } from "./agreedPart.ts";
import { copyOf } from "./copy.ts";
import { LiveDocument } from "./liveDocument.ts";
import { ProjectMemory } from "./projectMemory.ts";
import { type Cursor, cursorAt, findContext, findLine, type Match } from "./search.ts";

/** A cursor in a document. `path` is the key the file is learned under, if it is. */
export interface EngineQuery {
  readonly path: string;
  readonly languageId: string;
  readonly before: string;
  readonly after: string;
  /** True when only the document itself may be copied from and nothing of it may be kept as learned. */
  readonly isConfined: boolean;
}

/** What the engine holds. */
export interface EngineStats {
  readonly learnedFiles: number;
  readonly learnedChars: number;
  readonly liveDocuments: number;
  /** The bytes of all indexes, without the texts. */
  readonly indexBytes: number;
}

const maxLiveDocuments = 8;
/** How many tokens more must match elsewhere before the newest line with the same start is passed over. */
const clearlyMoreTokens = 3;

/** The engine. Synchronous and never failing; `dispose` frees what it holds. */
export class Engine implements Disposable {
  readonly #memory = new ProjectMemory();
  /** In order of use, the most recent last. */
  readonly #documents = new Map<string, LiveDocument>();

  get stats(): EngineStats {
    const documents = [...this.#documents.values()];
    return {
      learnedFiles: this.#memory.fileCount,
      learnedChars: this.#memory.chars,
      liveDocuments: documents.length,
      indexBytes: documents.reduce((sum, each) => sum + each.sizeBytes, this.#memory.sizeBytes),
    };
  }

  /** The text to insert at the cursor, to the end of the line at most; undefined without evidence. */
  complete(query: EngineQuery): string | undefined {
    if (query.isConfined) this.forgetFile(query.path);
    const document = this.#documentOf(query.path);
    document.update(query.before, query.after);
    const cursor = cursorAt(document.above);
    const project = query.isConfined ? [] : this.#memory.corporaFor(query.path);
    const { best, peers } = findContext(cursor, [document.above, document.below, ...project]);
    const line = findLine(cursor, document.above) ?? findLine(cursor, document.below);
    for (const match of rank(cursor, line, best)) {
      const copy = copyOf(match, query.after, cursor.prefix !== "");
      // Someone who has begun a line as another begins is always answered, with a token at the least.
      const certainTokens = match === line ? 1 : 0;
      const answer = copy && agreedPart(copy, match, peers, certainTokens);
      if (answer) return answer;
    }
    return undefined;
  }

  /** Learns a saved file in one go. */
  learnFile(path: string, text: string): void {
    const steps = this.learning(path, text);
    while (steps.next().done !== true);
  }

  /** Learns a file with a pause at each step, a few milliseconds apart. */
  learning(path: string, text: string): Generator<undefined, void> {
    return this.#memory.learning(path, text);
  }

  forgetFile(path: string): void {
    this.#memory.forget(path);
  }

  dispose(): void {
    this.#memory.clear();
    this.#documents.clear();
  }

  #documentOf(path: string): LiveDocument {
    const document = this.#documents.get(path) ?? new LiveDocument();
    this.#documents.delete(path);
    this.#documents.set(path, document);
    for (const oldest of this.#documents.keys()) {
      if (this.#documents.size <= maxLiveDocuments) break;
      this.#documents.delete(oldest);
    }
    return document;
  }
}

/** The matches to copy from in order of preference, or none without enough evidence. */
function rank(cursor: Cursor, line: Match | undefined, context: Match | undefined): Match[] {
  if (line && context && context.tokens >= line.tokens + clearlyMoreTokens) return [context, line];
  if (line) return [line];
  return context && isEvident(cursor, context) ? [context] : [];
}

/** A line start that was met before, a few tokens in a row, or fewer and part of the next. */
function isEvident(cursor: Cursor, match: Match): boolean {
  if (cursor.typed !== "" && match.tokens > cursor.lineTokens) return true;
  const needed = cursor.prefix.length === 0 ? 3 : cursor.prefix.length === 1 ? 2 : 1;
  return match.tokens >= needed;
}

import {
  isWorthLearning,
  isWorthWalking,
  mostFileBytes,
  sourceText,
} from "../../../src/engine/learnable.ts";
import { segmentOf, type SegmentParts } from "../../../src/engine/segment.ts";
import { Tokens } from "../../../src/engine/tokens.ts";
import { type Commit, GitHistory, type Hunk } from "./gitHistory.ts";

/** One added line as it was to be written: nothing of its commit's other files is known, nor the rest of its hunk. */
export interface Cursor {
  /** Its id. */
  readonly commit: string;
  readonly path: string;
  readonly languageId: string;
  /** The text above the line and its indentation. */
  readonly before: string;
  /** From the line's first sign to its last. */
  readonly line: string;
  /** From the line's end on. */
  readonly after: string;
  /** Whether the line stood nowhere in the parent commit and the rest of the file, blanks at its ends left out. */
  readonly isNovel: boolean;
}

/** Who is to know the parent of each commit, such as an engine. */
export interface Learner {
  learnFile(path: string, text: string): void;
  adopt(parts: SegmentParts): void;
  forgetFile(path: string): void;
}

export interface ReplayOptions {
  /** How many commits are replayed, the newest that suit. */
  readonly commits: number;
  readonly random: () => number;
}

/** What indexing took: milliseconds, and bytes of source and of index. */
export interface Indexing {
  readonly ms: number;
  readonly bytes: number;
  readonly indexBytes: number;
}

const partChars = 176 * 1024;
const mostAddedLines = 400;
const linesPerCommit = 8;
const leastChars = 4;
const languages: Readonly<Record<string, string>> = {
  c: "c",
  cc: "cpp",
  cpp: "cpp",
  cs: "csharp",
  go: "go",
  h: "c",
  java: "java",
  js: "javascript",
  jsx: "javascriptreact",
  kt: "kotlin",
  mjs: "javascript",
  php: "php",
  py: "python",
  rb: "ruby",
  rs: "rust",
  swift: "swift",
  ts: "typescript",
  tsx: "typescriptreact",
};

/**
 * Plays the newest commits of a repository, the oldest of them first: before each the learner has learned its parent,
 * and `write` is called for some of the lines that it added. Moved and re-indented lines are left out.
 */
export class CommitReplay {
  readonly #history: GitHistory;
  readonly #learner: Learner;
  /** By path, what is learned: the object and the lines of it. */
  readonly #learned = new Map<
    string,
    { readonly object: string; readonly lines: readonly string[] }
  >();
  #indexing: Indexing = { ms: 0, bytes: 0, indexBytes: 0 };
  /** How often each line stands in what is learned. */
  readonly #counts = new Map<string, number>();

  constructor(folder: string, learner: Learner) {
    this.#history = new GitHistory(folder);
    this.#learner = learner;
  }

  /** What learning the first parent took, as the product learns a project: the processor's time, and the index. */
  get indexing(): Indexing {
    return this.#indexing;
  }

  /** Returns how many commits were played. */
  play({ commits, random }: ReplayOptions, write: (cursor: Cursor) => void): number {
    const chosen: Commit[] = [];
    for (const commit of this.#history.commits()) {
      const isSuited = commit.addedLines <= mostAddedLines && writtenFiles(commit).length > 0;
      if (isSuited) chosen.push(commit);
      if (chosen.length === commits) break;
    }
    for (const commit of chosen.reverse()) {
      this.learn(commit.parent);
      for (const cursor of this.#cursors(commit, random)) write(cursor);
    }
    return chosen.length;
  }

  /** Makes the learner know the files of a commit, and nothing else. */
  learn(commit: string): void {
    const files = this.#history.filesOf(commit);
    for (const path of [...this.#learned.keys()]) {
      if (!files.has(path)) this.#forget(path);
    }
    const changed = [...files].filter(([path, object]) => {
      return isSource(path) && this.#learned.get(path)?.object !== object;
    });
    const texts = this.#history.read(changed.map(([, object]) => object));
    const sources: { path: string; text: string }[] = [];
    for (const [index, [path, object]] of changed.entries()) {
      this.#forget(path);
      const bytes = texts[index];
      const text = bytes && bytes.length <= mostFileBytes ? sourceText(bytes) : undefined;
      const lines = text === undefined ? [] : trimmedLines(text);
      this.#learned.set(path, { object, lines });
      if (text === undefined) continue;
      sources.push({ path, text });
      this.#count(lines, 1);
    }
    if (this.#indexing.bytes === 0) this.#index(sources);
    else for (const { path, text } of sources) this.#learner.learnFile(path, text);
  }

  /** In parts sized as the product's are. */
  #index(sources: readonly { path: string; text: string }[]): void {
    const startedAt = process.cpuUsage();
    const left = [...sources];
    const scratch = new Tokens(64 * 1024);
    let indexBytes = 0;
    while (left.length > 0) {
      const part = [];
      for (let chars = 0; left.length > 0; chars += part.at(-1)?.text.length ?? 0) {
        if (chars > 0 && chars + (left.at(-1)?.text.length ?? 0) > partChars) break;
        part.push(...left.splice(-1));
      }
      const segment = segmentOf(part, scratch);
      indexBytes += segment.log.sizeBytes;
      this.#learner.adopt(segment.parts);
    }
    const { user, system } = process.cpuUsage(startedAt);
    const bytes = sources.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
    this.#indexing = { ms: (user + system) / 1000, bytes, indexBytes };
  }

  #forget(path: string): void {
    this.#count(this.#learned.get(path)?.lines ?? [], -1);
    this.#learned.delete(path);
    this.#learner.forgetFile(path);
  }

  #count(lines: readonly string[], change: number): void {
    for (const line of lines) {
      const count = (this.#counts.get(line) ?? 0) + change;
      if (count === 0) this.#counts.delete(line);
      else this.#counts.set(line, count);
    }
  }

  #cursors(commit: Commit, random: () => number): Cursor[] {
    const places = writtenFiles(commit).flatMap(({ path, hunks }) =>
      hunks.flatMap((hunk) =>
        hunk.lines.flatMap((line, index) => {
          const isMoved = commit.deletedLines.has(line.trim());
          return isMoved || !isWritten(line) ? [] : [{ path, hunk, index }];
        }),
      ),
    );
    const files = this.#history.filesOf(commit.id);
    return sample(places, linesPerCommit, random).flatMap(({ path, hunk, index }) => {
      const [bytes] = this.#history.read([files.get(path) ?? ""]);
      const text = bytes && sourceText(bytes);
      return text === undefined ? [] : [this.#cursor(commit.id, path, text, { hunk, index })];
    });
  }

  #cursor(commit: string, path: string, text: string, at: { hunk: Hunk; index: number }): Cursor {
    const lines = text.split("\n");
    const { startLine, lines: added } = at.hunk;
    const whole = lines[startLine + at.index] ?? "";
    const line = whole.trim();
    const above = lines.slice(0, startLine + at.index);
    const below = lines.slice(startLine + added.length);
    const indentation = whole.slice(0, whole.length - whole.trimStart().length);
    const isSeen =
      this.#counts.has(line) || [...above, ...below].some((each) => each.trim() === line);
    return {
      commit,
      path,
      languageId: languageOf(path) ?? "",
      before: [...above, indentation].join("\n"),
      line,
      after: `\n${below.join("\n")}`,
      isNovel: !isSeen,
    };
  }
}

/** The files of a commit in which lines of a programming language were added. */
const writtenFiles = ({ files }: Commit) =>
  files.filter(({ path, hunks }) => {
    return (
      isSource(path) &&
      languageOf(path) !== undefined &&
      hunks.some(({ lines }) => lines.some(isWritten))
    );
  });

const isWritten = (line: string): boolean =>
  /[\p{L}\p{N}]/u.test(line) && line.trim().length >= leastChars;

/** What the product would learn, declarations made by a compiler left out. */
function isSource(path: string): boolean {
  const folders = path.split("/").slice(0, -1);
  return folders.every(isWorthWalking) && isWorthLearning(path) && !path.endsWith(".d.ts");
}

const languageOf = (path: string): string | undefined =>
  languages[path.slice(path.lastIndexOf(".") + 1)];

const trimmedLines = (text: string): string[] => text.split("\n").map((line) => line.trim());

function sample<T>(items: readonly T[], count: number, random: () => number): T[] {
  const left = [...items];
  const taken: T[] = [];
  while (taken.length < count && left.length > 0) {
    taken.push(...left.splice(Math.floor(random() * left.length), 1));
  }
  return taken;
}

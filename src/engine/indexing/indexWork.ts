import { setImmediate } from "node:timers/promises";
import type { Clock } from "../../base/clock.ts";
import { segmentOf, sizeBytesOf } from "../segment.ts";
import { mostShortTokens } from "../tokenLog.ts";
import { Tokens } from "../tokens.ts";
import { DeclarationShelf } from "../declarations/declarationShelf.ts";
import { PackageRules } from "../declarations/packageRules.ts";
import type { IndexNotice, IndexReport, IndexTask } from "./indexMessages.ts";
import { Ledger } from "./ledger.ts";
import { Progress } from "./progress.ts";
import { type FoundFile, ProjectFiles } from "./projectFiles.ts";
import { withoutSecrets } from "./secrets.ts";
import { SkipCounter } from "./skipped.ts";
import { readSourceFile } from "./sourceFile.ts";

/** The first part is there soon; the others are longer, since few are quicker to search. */
const firstPartChars = 64 * 1024;
/** So long that the tokens of nearly every part can be numbered in two bytes. */
const longestPartChars = 176 * 1024;
/** What changed last is handed over again with each change, up to this length. */
const recentChars = 192 * 1024;

/** When these change, other packages are installed. */
const installed =
  /(^|[\\/])(package(-lock)?\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?)$/;
/** Where more of the project is learned than this, declarations add next to nothing. */
const littleKnownBytes = 256 * 1024;

/** A file that was read. */
interface SourceText {
  readonly file: FoundFile;
  readonly text: string;
}

/** What the work needs. */
export interface IndexWorkParts {
  readonly task: IndexTask;
  readonly clock: Clock;
  readonly tell: (report: IndexReport) => void;
}

/**
 * Keeps up with the project: reads it once, then what is said to have changed, and tells the parts of the index
 * as they are finished. Blocks its thread for a few hundred milliseconds at a time.
 */
export class IndexWork {
  readonly #parts: IndexWorkParts;
  readonly #project: ProjectFiles;
  readonly #ledger = new Ledger();
  readonly #progress: Progress;
  readonly #declarations: DeclarationShelf;
  readonly #packageRules = new PackageRules((folder) => this.#project.knowsRulesIn(folder));
  readonly #scratch = new Tokens(mostShortTokens);
  /** Paths to look at. */
  readonly #changed = new Set<string>();
  /** What has changed last, the newest last; handed over, and not for the last time. */
  readonly #recent = new Map<string, SourceText>();
  /** Files to read; the next one is the last. */
  #queue: FoundFile[] = [];
  #isWalkDue = true;
  #walkSkipped = new SkipCounter();
  #partChars = firstPartChars;
  /** Whether anything has become of what it was told. */
  #hasNews = true;
  #wake: () => void = () => undefined;

  constructor(parts: IndexWorkParts) {
    this.#parts = parts;
    this.#project = new ProjectFiles(parts.task.roots);
    this.#declarations = new DeclarationShelf({
      clock: parts.clock,
      mayRead: ({ path, foundAt }) =>
        [path, foundAt].every(
          (each) => !this.#project.isForbidden(each) && !this.#packageRules.isForbidden(each),
        ),
      onRead: (segment) => {
        parts.tell({ kind: "declarations", segment });
      },
      onForget: (paths) => {
        parts.tell({ kind: "forget", paths });
      },
    });
    this.#progress = new Progress(parts.clock, (share) => {
      parts.tell({ kind: "progress", share });
    });
  }

  notice(notice: IndexNotice): void {
    if ("changed" in notice) this.#noticeChanges(notice.changed);
    else {
      const folder = this.#project.folderOf(notice.key);
      if (folder !== undefined) this.#declarations.want(folder, notice.names);
      if (!this.#declarations.isDue) return;
    }
    this.#wake();
  }

  #noticeChanges(paths: readonly string[]): void {
    for (const path of paths) {
      const isDecisive = this.#project.isDecisive(path);
      if (isDecisive) this.#isWalkDue = true;
      else this.#changed.add(path);
      if (!isDecisive && !installed.test(path)) continue;
      this.#declarations.clear();
      this.#packageRules.clear();
    }
    this.#hasNews = true;
  }

  /** Goes on as long as the thread does. Rules come before changes, these before the rest of a walk, and that before packages. */
  async run(): Promise<never> {
    for (;;) {
      if (this.#isWalkDue) await this.#walk();
      else if (this.#changed.size > 0) await this.#follow();
      else if (this.#queue.length > 0) this.#readPart();
      else if (this.#ledger.scattered.length > 0) this.#gather();
      else if (this.#declarations.isDue) this.#readDeclarations();
      else await this.#rest();
      await setImmediate(); // for what has changed meanwhile
    }
  }

  /** Finds all files, and forgets at once what is gone or no longer allowed. */
  async #walk(): Promise<void> {
    this.#isWalkDue = false;
    this.#changed.clear();
    this.#walkSkipped = new SkipCounter();
    const files = await this.#project.all(this.#walkSkipped);
    const present = new Set(files.map(({ key }) => key));
    this.#forget(this.#ledger.keys.filter((key) => !present.has(key)));
    this.#queue = [];
    this.#enqueue(files);
  }

  async #follow(): Promise<void> {
    const paths = [...this.#changed];
    this.#changed.clear();
    let hasNews = false;
    for (const path of paths) {
      const found = await this.#project.at(path);
      if (!found) continue;
      const { key, files, isFolder } = found;
      const present = new Set(files.map((file) => file.key));
      const known = isFolder ? this.#ledger.keys : this.#ledger.has(key) ? [key] : [];
      const isBelow = (each: string) => each === key || each.startsWith(`${key}/`);
      this.#forget(known.filter((each) => isBelow(each) && !present.has(each)));
      if (isFolder) this.#enqueue(files);
      else for (const file of files) hasNews = this.#readRecent(file) || hasNews;
    }
    if (!hasNews) return;
    this.#handOver([...this.#recent.values()], false);
    if (charsOf(this.#recent.values()) > recentChars) this.#recent.clear();
  }

  #readRecent(file: FoundFile): boolean {
    const source = this.#read(file);
    if (!source) return false;
    this.#recent.delete(file.key);
    this.#recent.set(file.key, source);
    return true;
  }

  #readPart(): void {
    const sources: SourceText[] = [];
    for (let chars = 0; ;) {
      const file = this.#queue.at(-1);
      if (!file || (chars > 0 && chars + file.sizeBytes > this.#partChars)) break;
      this.#queue.pop();
      this.#progress.done(file.sizeBytes);
      const source = this.#read(file);
      if (!source) continue;
      this.#recent.delete(file.key); // its text is older
      sources.push(source);
      chars += source.text.length;
    }
    this.#partChars = longestPartChars;
    this.#handOver(sources, true);
  }

  /** Undefined where the file is known as it is, or is left out. */
  #read(file: FoundFile): SourceText | undefined {
    if (this.#ledger.isCurrent(file.key, file)) return undefined;
    const { sizeBytes, modifiedMs, ...read } = readSourceFile(file.path);
    const current = { ...file, sizeBytes, modifiedMs };
    if ("text" in read) return { file: current, text: withoutSecrets(read.text) };
    this.#forget([file.key]);
    this.#ledger.skip(current, read.skipped);
    return undefined;
  }

  /** Makes a part of the index; where memory is short, a walk's is left out and for others old ones are forgotten. */
  #handOver(sources: readonly SourceText[], isWalked: boolean): void {
    if (sources.length === 0) return;
    const texts = sources.map(({ file, text }) => ({ path: file.key, text }));
    const { parts } = segmentOf(texts, this.#scratch);
    const sizeBytes = sizeBytesOf(parts);
    const { mostBytes } = this.#parts.task;
    const files = sources.map(({ file }) => file);
    for (const { key } of files) this.#ledger.remove(key); // its older text makes room
    const mostKnownBytes = mostBytes - sizeBytes - this.#declarations.sizeBytes;
    while (!isWalked && this.#ledger.sizeBytes > mostKnownBytes) {
      const leastWanted = this.#ledger.leastWanted;
      if (leastWanted.length === 0) break;
      this.#forget(leastWanted);
    }
    if (this.#ledger.sizeBytes > mostKnownBytes) {
      this.#leaveOut(isWalked ? [...files, ...this.#queue.splice(0)] : files);
      return;
    }
    this.#ledger.add(files, sizeBytes, isWalked);
    this.#parts.tell({ kind: "segment", segment: parts });
  }

  #readDeclarations(): void {
    if (this.#ledger.learnedBytes > littleKnownBytes) {
      this.#declarations.pass();
      return;
    }
    const roomBytes = this.#parts.task.mostBytes - this.#ledger.sizeBytes;
    if (this.#declarations.readNext(roomBytes, this.#scratch)) this.#hasNews = true;
  }

  #leaveOut(files: readonly FoundFile[]): void {
    this.#walkSkipped.add("memory", files.length);
    const paths = files.map(({ key }) => key);
    for (const path of paths) {
      this.#recent.delete(path);
      this.#ledger.remove(path);
    }
    this.#parts.tell({ kind: "forget", paths });
  }

  /** Learns once more what lies in parts that are mostly gone. */
  #gather(): void {
    const files = this.#ledger.scattered.flatMap((key) => this.#ledger.renew(key) ?? []);
    this.#enqueue(files);
  }

  async #rest(): Promise<void> {
    this.#progress.over();
    const woken = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    if (this.#hasNews) {
      this.#hasNews = false;
      const skipped = new SkipCounter(this.#walkSkipped.counts);
      for (const reason of this.#ledger.skipped) skipped.add(reason);
      this.#parts.tell({ kind: "settled", skipped: skipped.counts });
    }
    await woken;
  }

  #enqueue(files: readonly FoundFile[]): void {
    const news = files.filter((file) => !this.#ledger.isCurrent(file.key, file));
    this.#queue = this.#queue.concat(news.toReversed());
    this.#progress.due(news.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0));
  }

  #forget(keys: readonly string[]): void {
    for (const key of keys) this.#recent.delete(key);
    const paths = keys.filter((key) => this.#ledger.remove(key) !== undefined);
    if (paths.length > 0) this.#parts.tell({ kind: "forget", paths });
  }
}

function charsOf(sources: Iterable<SourceText>): number {
  let chars = 0;
  for (const { text } of sources) chars += text.length;
  return chars;
}

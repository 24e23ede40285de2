import type { FoundFile } from "./projectFiles.ts";
import type { FileStamp } from "./sourceFile.ts";
import type { SkipReason } from "./skipped.ts";

/** Files that were handed over together. */
interface Part {
  readonly sizeBytes: number;
  readonly keys: Set<string>;
  readonly fileCount: number;
  /** Whether a walk found the files; else they have changed since. */
  readonly isWalked: boolean;
}

interface Entry {
  readonly file: FoundFile;
  /** Whether it is to be read again, however it is now. */
  readonly isDue?: true;
  readonly outcome: Part | SkipReason;
}

/** What is known of each file that was read: in which state that was, and with which others it lies in memory. */
export class Ledger {
  readonly #entries = new Map<string, Entry>();
  /** In the order in which they were handed over. */
  readonly #parts = new Set<Part>();
  #sizeBytes = 0;
  #learnedBytes = 0;

  /** The memory of all parts. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** The sizes of all files that are learned. */
  get learnedBytes(): number {
    return this.#learnedBytes;
  }

  get keys(): readonly string[] {
    return [...this.#entries.keys()];
  }

  /** Why files were left out when they were read, once for each. */
  get skipped(): readonly SkipReason[] {
    const outcomes = [...this.#entries.values()].map(({ outcome }) => outcome);
    return outcomes.filter((outcome) => typeof outcome === "string");
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  /** Whether a file was read in the state it is in now. */
  isCurrent(key: string, { sizeBytes, modifiedMs }: FileStamp): boolean {
    const { file, isDue = false } = this.#entries.get(key) ?? {};
    return file?.sizeBytes === sizeBytes && file.modifiedMs === modifiedMs && !isDue;
  }

  /** Notes files that are handed over together. */
  add(files: readonly FoundFile[], sizeBytes: number, isWalked: boolean): void {
    const keys = new Set(files.map(({ key }) => key));
    const part = { sizeBytes, keys, fileCount: files.length, isWalked };
    for (const file of files) {
      this.remove(file.key);
      this.#entries.set(file.key, { file, outcome: part });
      this.#learnedBytes += file.sizeBytes;
    }
    this.#parts.add(part);
    this.#sizeBytes += sizeBytes;
  }

  /** Notes a file that was read and left out. */
  skip(file: FoundFile, reason: SkipReason): void {
    this.remove(file.key);
    this.#entries.set(file.key, { file, outcome: reason });
  }

  /** Lets a file be read again: it is held, and known here, until it has been. */
  renew(key: string): FoundFile | undefined {
    const entry = this.#entries.get(key);
    if (entry) this.#entries.set(key, { ...entry, isDue: true });
    return entry?.file;
  }

  /** Returns the file where it was learned. */
  remove(key: string): FoundFile | undefined {
    const entry = this.#entries.get(key);
    this.#entries.delete(key);
    if (!entry || typeof entry.outcome === "string") return undefined;
    this.#learnedBytes -= entry.file.sizeBytes;
    const part = entry.outcome;
    part.keys.delete(key);
    if (part.keys.size === 0 && this.#parts.delete(part)) this.#sizeBytes -= part.sizeBytes;
    return entry.file;
  }

  /** What is left of parts that are mostly gone: learned once more, it sets the memory free. */
  get scattered(): readonly string[] {
    const sparse = [...this.#parts].filter(({ keys, fileCount }) => keys.size * 2 < fileCount);
    return sparse.flatMap(({ keys }) => [...keys]);
  }

  /**
   * What to forget first: of what walks found the last, since they come to what lies near the roots first; then
   * what has not changed for longest. Empty when nothing is left.
   */
  get leastWanted(): readonly string[] {
    const parts = [...this.#parts];
    const part = parts.findLast(({ isWalked }) => isWalked) ?? parts[0];
    return part ? [...part.keys] : [];
  }
}

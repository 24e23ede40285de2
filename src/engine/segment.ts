import { nearness, type Place } from "./corpus.ts";
import { areRelated, familyOf } from "./family.ts";
import { arraysOf, type LogParts, TokenLog } from "./tokenLog.ts";
import type { TokenRange, Tokens } from "./tokens.ts";

/** What a file takes beside its text and its part of the index. */
const bytesPerFile = 600;

/** A segment as another thread can be given it: the arrays without a copy. */
export interface SegmentParts {
  readonly log: LogParts;
  readonly files: readonly {
    readonly path: string;
    readonly text: string;
    /** Its first token in the log. */
    readonly floor: number;
  }[];
}

/** A learned file inside its segment. */
export interface LearnedFile {
  readonly path: string;
  readonly folder: string;
  /** Of the languages that are written together with its own. */
  readonly family: string;
  readonly text: string;
  readonly segment: Segment;
  /** The place of its tokens as seen from another folder, and from its own. */
  readonly farPlace: Place;
  readonly nearPlace: Place;
}

/** The memory a segment will take, texts included. */
export function sizeBytesOf({ log, files }: SegmentParts): number {
  const logBytes = arraysOf(log).reduce((sum, { byteLength }) => sum + byteLength, 0);
  return files.reduce((sum, { text }) => sum + text.length + bytesPerFile, logBytes);
}

/** A run of learned files with one index. Files are added at its end and marked when forgotten. */
export class Segment {
  readonly log: TokenLog;
  readonly #files: LearnedFile[] = [];
  readonly #folders = new Set<string>();
  readonly #families = new Set<string>();
  readonly #forgotten = new Set<LearnedFile>();
  #chars = 0;
  #forgottenChars = 0;

  /** Empty, sized for so many tokens, or made of what another thread read. */
  constructor(from: number | SegmentParts) {
    this.log = new TokenLog(typeof from === "number" ? from : from.log, false);
    if (typeof from === "number") return;
    for (const { path, text, floor } of from.files) this.#remember(path, text, floor);
  }

  /** What a new segment can be made of; this one is of no use after the arrays have gone to another thread. */
  get parts(): SegmentParts {
    const files = this.#files.map(({ path, text, farPlace: { floor } }) => ({ path, text, floor }));
    return { log: this.log.parts, files };
  }

  get files(): readonly LearnedFile[] {
    return this.#files;
  }

  get chars(): number {
    return this.#chars;
  }

  /** True when at least half of it is forgotten, so that the rest should move elsewhere. */
  get isStale(): boolean {
    return this.#forgottenChars * 2 >= this.#chars;
  }

  /** Whether a file of the folder was added. */
  hasFolder(folder: string): boolean {
    return this.#folders.has(folder);
  }

  /** Whether a file of the very family was added. */
  hasFamily(family: string): boolean {
    return this.#families.has(family);
  }

  /** Whether it has files whose words are of use in those of a family. */
  isOfUseTo(family: string): boolean {
    return [...this.#families].some((each) => areRelated(each, family));
  }

  /** Whether nothing is remembered any more. */
  get isEmpty(): boolean {
    return this.#forgotten.size === this.#files.length;
  }

  /** A file that is still remembered; undefined when none is left. */
  get rememberedFile(): LearnedFile | undefined {
    return this.#files.find((file) => !this.#forgotten.has(file));
  }

  /** Adds a file whose tokens were read. */
  add(path: string, text: string, read: Tokens, range: TokenRange): LearnedFile {
    const floor = this.log.count;
    this.log.copy(read, range);
    for (let index = floor + 1; index < this.log.count; index += 1) this.log.link(index, floor);
    return this.#remember(path, text, floor);
  }

  forget(file: LearnedFile): void {
    if (file.segment !== this || this.#forgotten.has(file)) return;
    this.#forgotten.add(file);
    this.#forgottenChars += file.text.length;
  }

  /** The remembered file that a token stands in. */
  fileAt(index: number): LearnedFile | undefined {
    let low = 0;
    let high = this.#files.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((this.#files[middle]?.farPlace.floor ?? 0) <= index) low = middle;
      else high = middle - 1;
    }
    const file = this.#files[low];
    return file && file.farPlace.floor < index && !this.#forgotten.has(file) ? file : undefined;
  }

  #remember(path: string, text: string, floor: number): LearnedFile {
    const file: LearnedFile = {
      path,
      folder: folderOf(path),
      family: familyOf(path),
      text,
      segment: this,
      farPlace: { text, floor, nearness: nearness.elsewhere },
      nearPlace: { text, floor, nearness: nearness.sameFolder },
    };
    this.#files.push(file);
    this.#folders.add(file.folder);
    this.#families.add(file.family);
    this.#chars += text.length;
    return file;
  }
}

/**
 * A segment of these texts, sized exactly: arrays that grow and are cut leave memory behind that cannot be used again.
 * `scratch` is what they are read into: its arrays are used again, what it held is gone.
 */
export function segmentOf(
  sources: readonly { readonly path: string; readonly text: string }[],
  scratch: Tokens,
): Segment {
  scratch.truncate(0);
  const read = sources.map(({ path, text }) => ({ path, text, range: scratch.add(text) }));
  const segment = new Segment(scratch.count);
  for (const { path, text, range } of read) segment.add(path, text, scratch, range);
  return segment;
}

/** The folder part of a key such as `root/src/file.ts`. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

import { nearness, type Place } from "./corpus.ts";
import { charsPerToken, TokenLog } from "./tokenLog.ts";

const tokensPerSlice = 4096;
const charsPerSlice = 16_384;

/** A learned file inside its segment. */
export interface LearnedFile {
  readonly path: string;
  readonly folder: string;
  readonly text: string;
  readonly segment: Segment;
  /** The place of its tokens as seen from another folder, and from its own. */
  readonly farPlace: Place;
  readonly nearPlace: Place;
}

/** A run of learned files with one index. Files are added at its end and marked when forgotten. */
export class Segment {
  readonly log: TokenLog;
  readonly #files: LearnedFile[] = [];
  readonly #forgotten = new Set<LearnedFile>();
  #chars = 0;
  #forgottenChars = 0;

  constructor(capacityChars: number) {
    this.log = new TokenLog(capacityChars / charsPerToken);
  }

  get chars(): number {
    return this.#chars;
  }

  /** True when at least half of it is forgotten, so that the rest should move elsewhere. */
  get isStale(): boolean {
    return this.#forgottenChars * 2 >= this.#chars;
  }

  /** A file that is still remembered; undefined when none is left. */
  get rememberedFile(): LearnedFile | undefined {
    return this.#files.find((file) => !this.#forgotten.has(file));
  }

  /** Reads a file in, with a pause at each `yield`; nothing else may be added before it is over. */
  *adding(path: string, text: string): Generator<undefined, LearnedFile> {
    const floor = this.log.count;
    this.log.open();
    for (let at = 0; at < text.length; yield) {
      at = this.log.read(text, at, Math.min(text.length, at + charsPerSlice));
    }
    for (let index = floor + 1; index < this.log.count; index += 1) {
      this.log.link(index, floor);
      if (index % tokensPerSlice === 0) yield;
    }
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
      text,
      segment: this,
      farPlace: { text, floor, nearness: nearness.elsewhere },
      nearPlace: { text, floor, nearness: nearness.sameFolder },
    };
    this.#files.push(file);
    this.#chars += text.length;
    return file;
  }
}

/** The folder part of a key such as `root/src/file.ts`. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

import { type Corpus } from "./corpus.ts";
import { folderOf, type LearnedFile, Segment } from "./segment.ts";

const visitLimit = 24;
const segmentChars = 512 * 1024;
/** How much is moved with each file learned, more only by the last file moved. */
const movedCharsPerFile = 16 * 1024;
/** Files this long get a segment of their own, so that reading them can pause without locking others. */
const longFileChars = 96 * 1024;

/**
 * What was learned of the project's files, newest last. A file learned again replaces what was known of
 * it. Space of forgotten files is won back bit by bit, with each file learned.
 */
export class ProjectMemory {
  readonly #files = new Map<string, LearnedFile>();
  /** Marks of the files being learned; a file forgotten or learned anew meanwhile loses its mark. */
  readonly #marks = new Map<string, object>();
  #segments: Segment[] = [];
  #chars = 0;

  get fileCount(): number {
    return this.#files.size;
  }

  /** The length of all remembered texts. */
  get chars(): number {
    return this.#chars;
  }

  /** The bytes of the index, without the texts. */
  get sizeBytes(): number {
    return this.#segments.reduce((sum, segment) => sum + segment.log.sizeBytes, 0);
  }

  /**
   * Learns a file, with a pause at each `yield`. Short files are learned without a pause. Until a long
   * one is through, the older text of it stays.
   */
  *learning(path: string, text: string): Generator<undefined, void> {
    if (text.length >= longFileChars) {
      const mark = {};
      this.#marks.set(path, mark);
      const segment = new Segment(text.length);
      const file = yield* segment.adding(path, text);
      if (this.#marks.get(path) !== mark) return;
      this.#segments.unshift(segment);
      this.#replace(file);
    } else {
      this.#replace(runToEnd(this.#openSegment().adding(path, text)));
    }
    this.#winBack();
  }

  forget(path: string): void {
    this.#marks.delete(path);
    const file = this.#files.get(path);
    if (!file) return;
    this.#files.delete(path);
    this.#chars -= file.text.length;
    file.segment.forget(file);
    if (!file.segment.rememberedFile) this.#drop(file.segment);
  }

  clear(): void {
    this.#marks.clear();
    this.#files.clear();
    this.#segments = [];
    this.#chars = 0;
  }

  /** What a query for `path` may copy from: all files but that one, newest segment first. */
  corporaFor(path: string): Corpus[] {
    const folder = folderOf(path);
    return this.#segments.toReversed().map((segment) => ({
      log: segment.log,
      visitLimit,
      placeOf: (index: number) => {
        const file = segment.fileAt(index);
        if (!file || file.path === path) return undefined;
        return file.folder === folder ? file.nearPlace : file.farPlace;
      },
    }));
  }

  #replace(file: LearnedFile): void {
    this.forget(file.path);
    this.#files.set(file.path, file);
    this.#chars += file.text.length;
  }

  /** The newest segment, where files are added; a new one when it is full. */
  #openSegment(): Segment {
    const newest = this.#segments.at(-1);
    if (newest && newest.chars < segmentChars) return newest;
    const segment = new Segment(segmentChars);
    this.#segments.push(segment);
    return segment;
  }

  /** Moves files out of a mostly forgotten segment, so that it can be dropped when it is empty. */
  #winBack(): void {
    const stale = this.#segments.slice(0, -1).find((segment) => segment.isStale);
    for (let movedChars = 0; stale && movedChars < movedCharsPerFile;) {
      const file = stale.rememberedFile;
      if (!file) return;
      movedChars += file.text.length + 1;
      this.#replace(runToEnd(this.#openSegment().adding(file.path, file.text)));
    }
  }

  #drop(segment: Segment): void {
    this.#segments = this.#segments.filter((other) => other !== segment);
  }
}

function runToEnd<T>(steps: Generator<undefined, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

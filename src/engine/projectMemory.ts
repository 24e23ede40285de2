import type { Corpus } from "./corpus.ts";
import { areRelated, familyOf } from "./family.ts";
import { mostShortTokens } from "./tokenLog.ts";
import { folderOf, type LearnedFile, Segment, type SegmentParts } from "./segment.ts";
import { Tokens } from "./tokens.ts";

/** Where a query stands. */
interface Asking {
  readonly path: string;
  /** The editor's name of its language; empty where it is not known. */
  readonly languageId: string;
}

/** How many places of a chain are looked at in a segment, and in all of them together, if there are not too many. */
const mostVisits = 8;
const mostVisitsInAll = 64;
/** How much is moved with each file learned, more only by the last file moved. */
const movedCharsPerFile = 16 * 1024;

/**
 * What was learned of the project's files, newest last. A file learned again replaces what was known of
 * it. Space of forgotten files is won back bit by bit, with each file learned.
 */
export class ProjectMemory {
  readonly #files = new Map<string, LearnedFile>();
  readonly #read = new Tokens(1_024);
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

  /** Learns one file, with all others of a segment that is still open. */
  learn(path: string, text: string): void {
    this.#replace(this.#added(path, text));
    this.#winBack();
  }

  /** Takes over a segment that another thread has read; costs what its number of files costs. */
  adopt(parts: SegmentParts): void {
    const segment = new Segment(parts);
    this.#segments.push(segment);
    for (const file of segment.files) this.#replace(file);
  }

  forget(path: string): void {
    const file = this.#files.get(path);
    if (!file) return;
    this.#files.delete(path);
    this.#chars -= file.text.length;
    file.segment.forget(file);
    if (file.segment.isEmpty) this.#drop(file.segment);
  }

  clear(): void {
    this.#files.clear();
    this.#segments = [];
    this.#chars = 0;
  }

  /**
   * What a query for `path` may copy from: all files of use to its family but that one. First the parts that have files of that
   * very family, among them first what is near it, the newest first: of those behind only a few are asked at each context.
   */
  corporaFor({ path, languageId }: Asking): Corpus[] {
    const folder = folderOf(path);
    const family = familyOf(path, languageId);
    const newest = this.#segments.filter((segment) => segment.isOfUseTo(family)).toReversed();
    const visitLimit = Math.min(mostVisits, Math.ceil(mostVisitsInAll / newest.length));
    const rank = (segment: Segment) =>
      (segment.hasFamily(family) ? 0 : 2) + (segment.hasFolder(folder) ? 0 : 1);
    const nearest = newest.toSorted((one, other) => rank(one) - rank(other));
    return nearest.map((segment) => ({
      log: segment.log,
      visitLimit,
      placeOf: (index: number) => {
        const file = segment.fileAt(index);
        if (!file || file.path === path || !areRelated(file.family, family)) return undefined;
        return file.folder === folder ? file.nearPlace : file.farPlace;
      },
    }));
  }

  #replace(file: LearnedFile): void {
    this.forget(file.path);
    this.#files.set(file.path, file);
    this.#chars += file.text.length;
  }

  #added(path: string, text: string): LearnedFile {
    this.#read.truncate(0);
    const range = this.#read.add(text);
    return this.#segmentFor(this.#read.count).add(path, text, this.#read, range);
  }

  /** The newest segment, where files are added; a new one when there is no room for so many tokens. */
  #segmentFor(tokens: number): Segment {
    const newest = this.#segments.at(-1);
    if (newest && newest.log.count + tokens <= mostShortTokens) return newest;
    const segment = new Segment(Math.max(tokens, mostShortTokens));
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
      this.#replace(this.#added(file.path, file.text));
    }
  }

  #drop(segment: Segment): void {
    this.#segments = this.#segments.filter((other) => other !== segment);
  }
}

import type { Edit } from "./edit.ts";
import type { Range } from "./gaps.ts";

/** A run of the text. `text` is undefined where only the length is known. */
interface Run {
  text: string | undefined;
  length: number;
}

const runChars = 1_024;
/** So many runs are always allowed, and one more for each so many known units: each takes memory and is walked over. */
const freeRuns = 4_096;
const charsOfRun = 256;

/**
 * The text of one document, in runs, so that an edit costs no copy of the whole. Some of it may be unknown:
 * then its length is held. Offsets count UTF-16 units. It never throws: what cannot be done is answered
 * with false or undefined.
 */
export class DocumentText {
  #runs: Run[];
  #length: number;
  #unknownChars: number;
  /** The run of the last edit and where it begins: the next one is mostly there too. */
  #near = 0;
  #nearStart = 0;

  private constructor(runs: Run[], length: number, unknownChars: number) {
    this.#runs = runs;
    this.#length = length;
    this.#unknownChars = unknownChars;
  }

  static of(text: string): DocumentText {
    return new DocumentText(runsOf(text), text.length, 0);
  }

  /** A text of which only the length is known. */
  static unknown(length: number): DocumentText {
    const runs = length === 0 ? [] : [{ text: undefined, length }];
    return new DocumentText(runs, length, length);
  }

  get length(): number {
    return this.#length;
  }

  get knownChars(): number {
    return this.#length - this.#unknownChars;
  }

  get isWhole(): boolean {
    return this.#unknownChars === 0;
  }

  /** The range within `from`..`to` that is known round an offset without a gap. */
  knownAround(offset: number, from: number, to: number): Range {
    let range = { start: from, end: to };
    if (this.#unknownChars === 0) return range;
    let start = 0;
    for (const { text, length } of this.#runs) {
      const end = start + length;
      if (text === undefined && start < to && end > from) {
        if (end <= offset) range = { ...range, start: end };
        else return { ...range, end: Math.max(offset, start) };
      }
      start = end;
    }
    return range;
  }

  /** The text of a range; undefined where any of it is unknown or outside. */
  slice(from: number, to: number): string | undefined {
    if (from < 0 || to > this.#length || from > to) return undefined;
    if (from === to) return "";
    let [index, start] = this.#find(from);
    let text = "";
    for (; start < to; index++) {
      const run = this.#runs[index];
      if (run?.text === undefined) return undefined;
      const isInside = start >= from && start + run.length <= to;
      text += isInside ? run.text : run.text.slice(Math.max(0, from - start), to - start);
      start += run.length;
    }
    return text;
  }

  /** Replaces a range; false where it is not inside the text, or where that would leave it in too many pieces. */
  apply({ offset, deletedChars, text }: Edit): boolean {
    if (offset < 0 || deletedChars < 0 || offset + deletedChars > this.#length) return false;
    const [index, start] = this.#find(offset);
    const run = this.#runs[index];
    const at = offset - start;
    if (run?.text !== undefined && at + deletedChars <= run.length && run.length < 2 * runChars) {
      const inserted = run.length - deletedChars + text.length;
      if (inserted > 0 && inserted < 2 * runChars) {
        const joined = run.text.slice(0, at) + text + run.text.slice(at + deletedChars);
        run.text = deletedChars > 0 ? copied(joined) : joined;
        run.length = inserted;
        this.#length += text.length - deletedChars;
        this.#near = index;
        this.#nearStart = start;
        return true;
      }
    }
    if (this.#isInPieces()) return false;
    this.#replace(offset, deletedChars, runsOf(text), text.length);
    return true;
  }

  /** Makes a range known; false where it is not wholly unknown yet, or as with `apply`. */
  fill(offset: number, text: string): boolean {
    const end = offset + text.length;
    if (text === "" || end > this.#length || !this.#isUnknown(offset, end)) return false;
    if (this.#isInPieces()) return false;
    this.#replace(offset, text.length, runsOf(text), text.length);
    return true;
  }

  /** The whole text; undefined while any of it is unknown. */
  whole(): string | undefined {
    return this.slice(0, this.#length);
  }

  #isInPieces(): boolean {
    return this.#runs.length >= freeRuns + this.knownChars / charsOfRun;
  }

  #isUnknown(from: number, to: number): boolean {
    let [index, start] = this.#find(from);
    for (; start < to; index++) {
      const run = this.#runs[index];
      if (!run || run.text !== undefined) return false;
      start += run.length;
    }
    return true;
  }

  #replace(offset: number, deletedChars: number, runs: Run[], insertedChars: number): void {
    this.#near = 0; // first: cutting moves the runs behind the cut
    this.#nearStart = 0;
    const first = this.#splitAt(offset);
    const last = this.#splitAt(offset + deletedChars);
    const removed = this.#runs.splice(first, last - first, ...runs);
    for (const { text, length } of removed) if (text === undefined) this.#unknownChars -= length;
    this.#length += insertedChars - deletedChars;
    this.#joinAt(first + runs.length);
    this.#joinAt(first);
  }

  /** Makes one run of two neighbours where it is not long, so that many edits leave no crumbs. */
  #joinAt(index: number): void {
    const [first, next] = [this.#runs[index - 1], this.#runs[index]];
    if (!first || !next) return;
    const length = first.length + next.length;
    if (first.text === undefined && next.text === undefined) {
      this.#runs.splice(index - 1, 2, { text: undefined, length });
    } else if (first.text !== undefined && next.text !== undefined && length <= runChars) {
      this.#runs.splice(index - 1, 2, { text: first.text + next.text, length });
    }
  }

  /** The index of the run that begins at `offset`, after a cut there if need be. */
  #splitAt(offset: number): number {
    if (offset === this.#length) return this.#runs.length;
    const [index, start] = this.#find(offset);
    const run = this.#runs[index];
    if (!run || start === offset) return index;
    const at = offset - start;
    const { text, length } = run;
    const part = (from: number, to: number): Run => ({
      text: text === undefined ? undefined : copied(text.slice(from, to)),
      length: to - from,
    });
    this.#runs.splice(index, 1, part(0, at), part(at, length));
    return index + 1;
  }

  /** The run that holds the unit at `offset`, or the last one at the end; and where it begins. */
  #find(offset: number): [index: number, start: number] {
    const isBehind = offset >= this.#nearStart;
    let index = isBehind ? this.#near : 0;
    let start = isBehind ? this.#nearStart : 0;
    for (const last = this.#runs.length - 1; index < last; index++) {
      const length = this.#runs[index]?.length ?? 0;
      if (offset < start + length) break;
      start += length;
    }
    return [index, start];
  }
}

function runsOf(text: string): Run[] {
  const runs: Run[] = [];
  for (let at = 0; at < text.length; at += runChars) {
    const part = copied(text.slice(at, at + runChars));
    runs.push({ text: part, length: part.length });
  }
  return runs;
}

/** The same text with memory of its own: a part of a string keeps the whole of it, however long. */
function copied(text: string): string {
  const isAscii = Buffer.byteLength(text) === text.length;
  const encoding = isAscii ? "latin1" : "utf16le";
  return Buffer.from(text, encoding).toString(encoding);
}

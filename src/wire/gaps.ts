import type { Edit } from "./edit.ts";

/** A range in UTF-16 units, the end not included. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** What the other end does not know of a document's text, as ranges that follow the edits. */
export class Gaps {
  #ranges: Range[];

  constructor(lengthChars: number) {
    this.#ranges = lengthChars === 0 ? [] : [{ start: 0, end: lengthChars }];
  }

  get isNone(): boolean {
    return this.#ranges.length === 0;
  }

  get chars(): number {
    return this.#ranges.reduce((sum, { start, end }) => sum + end - start, 0);
  }

  /** The first unknown range within `from`..`to`, cut to it. */
  within(from: number, to: number): Range | undefined {
    for (const { start, end } of this.#ranges) {
      if (end > from && start < to) return { start: Math.max(start, from), end: Math.min(end, to) };
    }
    return undefined;
  }

  /** The unknown range nearest to an offset. */
  nearest(offset: number): Range | undefined {
    let best: Range | undefined;
    for (const range of this.#ranges) {
      if (!best || distance(range, offset) < distance(best, offset)) best = range;
    }
    return best;
  }

  apply({ offset, deletedChars, text }: Edit): void {
    if (this.#ranges.length === 0) return; // nearly always: all is known after the first pause
    const deletedEnd = offset + deletedChars;
    const shift = text.length - deletedChars;
    this.#ranges = this.#ranges.flatMap(({ start, end }) => {
      if (end <= offset) return [{ start, end }];
      if (start >= deletedEnd) return [{ start: start + shift, end: end + shift }];
      return [
        { start, end: offset },
        { start: offset + text.length, end: end + shift },
      ].filter((part) => part.start < part.end);
    });
  }

  fill(filled: Range): void {
    this.#ranges = this.#ranges.flatMap(({ start, end }) =>
      [
        { start, end: Math.min(end, filled.start) },
        { start: Math.max(start, filled.end), end },
      ].filter((part) => part.start < part.end),
    );
  }
}

const distance = ({ start, end }: Range, offset: number): number =>
  offset < start ? start - offset : Math.max(0, offset - end);

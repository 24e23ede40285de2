/** A part of a document, in UTF-16 units from its start. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** One change of a document, in the offsets from before it. */
export interface Change {
  readonly offset: number;
  readonly deletedChars: number;
  readonly inserted: string;
}

/**
 * Where a part of a document, whole lines but for the last one's end, is after a change of the document; undefined where
 * the part itself was changed, or its lines are not its own any more.
 */
export function rangeAfter(range: Range, change: Change): Range | undefined {
  const { offset, deletedChars, inserted } = change;
  const movedChars = inserted.length - deletedChars;
  const isAbove = offset < range.start || (deletedChars === 0 && inserted.endsWith("\n"));
  if (offset + deletedChars <= range.start && isAbove) {
    return { start: range.start + movedChars, end: range.end + movedChars };
  }
  const isNextLine = offset === range.end && deletedChars === 0 && /^\r?\n/.test(inserted);
  return offset > range.end || isNextLine ? range : undefined;
}

/** A part of a document, in UTF-16 units from its start. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** One change of a document, in the offsets from before it. */
export interface Change {
  readonly offset: number;
  readonly deletedChars: number;
  readonly insertedChars: number;
}

/**
 * Where a part of a document is after a change of the document; undefined where the part itself was changed, or text put
 * right beside it.
 */
export function rangeAfter(range: Range, change: Change): Range | undefined {
  const movedChars = change.insertedChars - change.deletedChars;
  const changeEnd = change.offset + change.deletedChars;
  if (changeEnd <= range.start && change.offset < range.start) {
    return { start: range.start + movedChars, end: range.end + movedChars };
  }
  return change.offset > range.end ? range : undefined;
}

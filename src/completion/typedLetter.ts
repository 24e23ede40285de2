/** A change of a text, in UTF-16 units. */
export interface TextChange {
  readonly rangeOffset: number;
  readonly rangeLength: number;
  readonly text: string;
}

/**
 * Whether what changed is one key whose cursor can be told from the change: a letter, a digit or the like put in where
 * the cursor was. Behind anything else the editor may have put more, such as a closing bracket or an indentation.
 */
export function isTypedLetter(changes: readonly TextChange[], cursorOffset: number): boolean {
  const [change] = changes;
  if (!change || changes.length > 1 || change.rangeLength > 0) return false;
  return change.rangeOffset === cursorOffset && /^[\p{L}\p{N}_$. ]$/u.test(change.text);
}

/** The most text around the cursor that one request to a model carries, in characters. */
export interface WindowLimits {
  readonly beforeChars: number;
  readonly afterChars: number;
}

/**
 * The last `limitChars` of the text before the cursor, from the start of a line. The cut moves in steps of
 * a quarter of the limit: a window that moved with every line would make the model's prompt cache useless.
 */
export function trimBefore(before: string, limitChars: number): string {
  if (before.length <= limitChars) return before;
  const stepChars = Math.max(1, Math.floor(limitChars / 4));
  const cut = Math.ceil((before.length - limitChars) / stepChars) * stepChars;
  const lineStart = before.indexOf("\n", cut - 1) + 1;
  if (lineStart > 0 && lineStart < before.length) return before.slice(lineStart);
  return before.slice(isInsidePair(before, cut) ? cut + 1 : cut);
}

/** The first `limitChars` of the text after the cursor, up to the end of a line. */
export function trimAfter(after: string, limitChars: number): string {
  if (after.length <= limitChars) return after;
  const lineEnd = after.lastIndexOf("\n", limitChars - 1) + 1;
  if (lineEnd > 0) return after.slice(0, lineEnd);
  return after.slice(0, isInsidePair(after, limitChars) ? limitChars - 1 : limitChars);
}

/** Whether a cut at `index` would part the two halves of one character. */
function isInsidePair(text: string, index: number): boolean {
  const left = text.charCodeAt(index - 1);
  const right = text.charCodeAt(index);
  return left >= 0xd800 && left < 0xdc00 && right >= 0xdc00 && right < 0xe000;
}

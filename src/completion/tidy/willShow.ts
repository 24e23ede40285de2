import type { Fitted } from "./fitted.ts";

/** Longer texts the editor does not compare, and so does not show. */
const longestShownChars = 5_000;

/**
 * Whether the editor will really show a text. It does when the text is not too long, adds something, and
 * takes the place of characters on the cursor's line alone that all stand in it, in this order.
 * Beside an open suggest list there is one more condition: selectedItem.ts.
 */
export function willShow({ text, replaceAfterChars }: Fitted, after: string): boolean {
  const replaced = after.slice(0, replaceAfterChars);
  return (
    text.length <= longestShownChars &&
    text !== replaced &&
    !/[\r\n]/.test(replaced) &&
    isSubsequence(replaced, text)
  );
}

/** Whether the characters of `part` stand in `whole` in this order. */
export function isSubsequence(part: string, whole: string): boolean {
  let at = -1;
  for (let index = 0; index < part.length; index++) {
    at = whole.indexOf(part.charAt(index), at + 1);
    if (at < 0) return false;
  }
  return true;
}

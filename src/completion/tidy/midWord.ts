import type { Fitted } from "./fitted.ts";

const wordStart = /^[\p{L}\p{N}_]+/u;

/** The rest of the word the cursor stands in; empty when it stands in none. */
export const restOfWord = (restOfLine: string): string => wordStart.exec(restOfLine)?.[0] ?? "";

/**
 * A text in the middle of a word: only one that ends as the word does can be meant, and takes the place of
 * the word's rest, or of all the line's rest when it ends with that. Undefined for any other.
 */
export function fitMidWord(text: string, restOfLine: string): Fitted | undefined {
  const line = text.split("\n", 1)[0] ?? "";
  const rest = restOfLine.trimEnd();
  const replaced = [rest, restOfWord(rest)].find((end) => line.endsWith(end));
  return replaced === undefined ? undefined : { text: line, replaceAfterChars: replaced.length };
}

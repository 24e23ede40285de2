import { restOfLine } from "../extent.ts";
import { isBetweenBrackets, putBracketBelow } from "./bracketBody.ts";
import { fitToRestOfLine, isClosingPunctuation } from "./closers.ts";
import type { Fitted } from "./fitted.ts";
import { fitMidWord, restOfWord } from "./midWord.ts";
import type { Place } from "./place.ts";

/** Makes a text fit what stands right of the cursor on its line; undefined inside a word it does not end as. */
export function fit(text: string, place: Place): Fitted | undefined {
  const rest = restOfLine(place.after);
  if (rest.trim() === "") return { text: text.trimEnd(), replaceAfterChars: 0 };
  if (restOfWord(rest) !== "") return fitMidWord(text, rest);
  const isBody = text.startsWith("\n") && isBetweenBrackets(place);
  const said = isBody || mayHaveLines(rest) ? text : firstLine(text);
  const fitted = fitToRestOfLine(withoutEnd(said, rest), place);
  const isOneLine = !fitted.text.includes("\n");
  if (fitted.replaceAfterChars > 0 || isOneLine || !bracketStart.test(rest)) return fitted;
  const lines = putBracketBelow(fitted.text, place) ?? withoutEnd(firstLine(fitted.text), rest);
  return { text: lines, replaceAfterChars: 0 };
}

const bracketStart = /^\s*[)\]}]/;

/** Whether a text of several lines may stand before a rest: closing punctuation, but of no one-line string. */
export const mayHaveLines = (rest: string): boolean =>
  isClosingPunctuation(rest) && !/^\s*["']/.test(rest);

const firstLine = (text: string): string => text.split("\n", 1)[0] ?? "";

/** The blanks at a text's end stay where a word or a block's bracket follows: `{ a }`, or one on a line below. */
function withoutEnd(text: string, rest: string): string {
  const said = text.trimEnd();
  const blanks = text.slice(said.length);
  const lineBreak = blanks.lastIndexOf("\n");
  if (lineBreak >= 0) return bracketStart.test(rest) ? said + blanks.slice(lineBreak) : said;
  return /^[^\s)\];,]/.test(rest) ? text : said;
}

import { lineBefore } from "../extent.ts";
import { readLine } from "../syntax/brackets.ts";
import { lexisOf } from "../syntax/lexis.ts";
import { indentationOf, linesAbove } from "./lines.ts";
import type { Place } from "./place.ts";

const opensBlock =
  /(?:[:([{]|=>|\b(?:do|then|else))$|^\s*(?:def|class|module|if|unless|while|for|function|begin|case|when|sub)\b/;
const goesOn = /[,\\+*%&|=<>-]$/;
const isContinuation = /^\s*[.?&|+*/:=,)\]}-]/;
const usualWidth = 4;

/** What ends a line below which one stands further in; closers and items of a list there may stand no further in. */
const asksForDeeper = /(?:[:([{]|=>)$/;
const mayBeBody = /^\s*[^\s)\]}-]/;

/**
 * Takes away the indentation a text repeats on a line that has it already, as far as neither the line above nor the
 * text's own second line asks for more. Where a line goes on (`a +`, `.b()`) any indentation may be meant, but not
 * where the line above goes on in the same way.
 */
export function dropDoubledIndentation(text: string, { before, languageId }: Place): string {
  const begun = lineBefore(before);
  if (begun === "" || begun.trim() !== "" || !text.startsWith(begun)) return text;
  const above = linesAbove(before, 12);
  const nearest = above[0]?.trimEnd();
  if (nearest === undefined) return text;
  if (mayStandAnywhere(text, nearest)) return text;
  const isOpening = opensBlock.test(nearest);
  const unit = widthOfStep(above);
  const column = (blanks: string) => blanks.replaceAll("\t", " ".repeat(unit)).length;
  const wanted = column(indentationOf(nearest)) + (isOpening ? unit : 0);
  const [first = "", ...further] = text.split("\n");
  const given = column(begun) + column(indentationOf(first));
  if (given > wanted) return text.slice(begun.length);
  const second = further.find((line) => line.trim() !== "") ?? "";
  const isBody = mayBeBody.test(second) && asksForDeeper.test(codeOf(first, languageId));
  return isBody && column(indentationOf(second)) <= given ? text.slice(begun.length) : text;
}

/** Whether a text goes on with the line above, by how it begins or that ends. */
function mayStandAnywhere(text: string, above: string): boolean {
  if (isContinuation.test(text) && signOf(text) !== signOf(above)) return true;
  return !opensBlock.test(above) && goesOn.test(above);
}

/** The sign a line begins with. */
const signOf = (line: string): string => line.trimStart().charAt(0);

/** A line's code; of prose nothing. */
function codeOf(line: string, languageId: string): string {
  const lexis = lexisOf(languageId);
  return lexis.isProse ? "" : readLine(line, { open: [], lexis }).code;
}

/** How many columns a document goes in at each level, as the lines near the cursor have it. */
export function widthOfStep(lines: readonly string[]): number {
  const widths = lines
    .map(indentationOf)
    .filter((blanks) => blanks.length >= 2 && !blanks.includes("\t"))
    .map((blanks) => blanks.length);
  const least = Math.min(...widths);
  return least > 8 ? usualWidth : least;
}

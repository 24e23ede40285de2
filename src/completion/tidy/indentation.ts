import { lineBefore } from "../extent.ts";
import { indentationOf, linesAbove } from "./lines.ts";
import type { Place } from "./place.ts";

const opensBlock =
  /(?:[:([{]|=>|\b(?:do|then|else))$|^\s*(?:def|class|module|if|unless|while|for|function|begin|case|when|sub)\b/;
const goesOn = /[,\\+*%&|=<>-]$/;
const isContinuation = /^\s*[.?&|+*/:=,)\]}-]/;
const usualWidth = 4;

/**
 * Takes away the indentation a text repeats on a line that has it already, as far as the line above does not
 * ask for more. Where a line goes on (`a +`, `.b()`) any indentation may be meant.
 */
export function dropDoubledIndentation(text: string, { before }: Place): string {
  const begun = lineBefore(before);
  if (begun === "" || begun.trim() !== "" || !text.startsWith(begun)) return text;
  if (isContinuation.test(text)) return text;
  const above = linesAbove(before, 12);
  const nearest = above[0]?.trimEnd();
  if (nearest === undefined) return text;
  const isOpening = opensBlock.test(nearest);
  if (!isOpening && goesOn.test(nearest)) return text;
  const unit = widthOfStep(above);
  const column = (blanks: string) => blanks.replaceAll("\t", " ".repeat(unit)).length;
  const wanted = column(indentationOf(nearest)) + (isOpening ? unit : 0);
  const given = column(begun) + column(indentationOf(text.split("\n", 1)[0] ?? ""));
  return given > wanted ? text.slice(begun.length) : text;
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

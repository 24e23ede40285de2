import { isCloserLine } from "./blockClosers.ts";
import { cutBeforeLine, linesBelow, madeLines } from "./lines.ts";
import type { Place } from "./place.ts";

const shortestEchoChars = 4;
/** Shorter ones that are no coincidence: a fence, and what ends a string of several lines, as `EOF` does. */
const mark = /^(?:`{3}|~{3}|"{3}|'{3}|[A-Z]{3})$/;
const nearLines = 5;

/**
 * Ends the text before a line that already stands below the cursor, with the same indentation: a model that
 * has said all it had to say often goes on by copying. A closing line is no echo: blocks end alike.
 */
export function cutAtEcho(text: string, place: Place): string {
  const [below] = linesBelow(place.after.split("\n", nearLines + 1).join("\n"), 1);
  if (below === undefined) return text;
  if (below.trim().length < shortestEchoChars && !mark.test(below.trim())) return text;
  if (isCloserLine(below)) return text;
  const { lines, from, to } = madeLines(text, place);
  for (let at = from; at < to; at++) {
    if (lines[at]?.trimEnd() === below) return cutBeforeLine(text, at);
  }
  return text;
}

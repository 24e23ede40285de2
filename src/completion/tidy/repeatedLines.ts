import { cutBeforeLine, hasWords, inkOf, madeLines } from "./lines.ts";
import type { Place } from "./place.ts";

const shortestChars = 6;

/** Ends the text where it says the same line a second and a third time in a row; data and closers may. */
export function cutAtRepeatedLine(text: string, place: Place): string {
  if (!text.includes("\n")) return text;
  const { lines, to } = madeLines(text, place);
  for (let at = 0; at + 2 < to; at++) {
    const line = lines[at] ?? "";
    if (line !== lines[at + 1] || line !== lines[at + 2]) continue;
    if (inkOf(line) >= shortestChars && hasWords(line)) return cutBeforeLine(text, at + 1);
  }
  return text;
}

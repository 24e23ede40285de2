import { cutBeforeLine, hasWords, inkOf, linesAbove, madeLines } from "./lines.ts";
import type { Place } from "./place.ts";

/** How many lines are compared at most, and how many characters they need to be no coincidence. */
const longestBlock = 4;
const leastInk = { oneLine: 16, block: 24 } as const;

/**
 * Ends the text where it says the line above once more, or the two to four lines above. What stands above
 * twice already is a table a person is writing: it may go on. Each line of the text is judged so, not the
 * first alone: when a person has typed up to it, it is the first.
 */
export function cutAtLinesAbove(text: string, place: Place): string {
  const { lines, from, to } = madeLines(text, place);
  const written = linesAbove(place.before, 2 * longestBlock).toReversed();
  const filled = [...lines.slice(0, to).entries()].filter(([, line]) => line.trim() !== "");
  const all = [...written, ...filled.map(([, line]) => line)];
  for (const [index, [at]] of filled.entries()) {
    if (at >= from && repeatsAbove(all, written.length + index)) return cutBeforeLine(text, at);
  }
  return text;
}

function repeatsAbove(lines: readonly string[], at: number): boolean {
  for (let count = 1; count <= longestBlock; count++) {
    if (!isSame(lines, at, count) || isSame(lines, at - count, count)) continue;
    const block = lines.slice(at, at + count).join("");
    const least = count === 1 ? leastInk.oneLine : leastInk.block;
    if (inkOf(block) >= least && hasWords(block)) return true;
  }
  return false;
}

/** Whether so many lines stand directly above too. */
function isSame(lines: readonly string[], at: number, count: number): boolean {
  if (at - count < 0 || at + count > lines.length) return false;
  for (let i = at; i < at + count; i++) if (lines[i] !== lines[i - count]) return false;
  return true;
}

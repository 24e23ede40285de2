import { lineBefore, restOfLine } from "../extent.ts";
import { hasWords, inkOf, linesBelow } from "./lines.ts";
import type { Place } from "./place.ts";

const comparedLines = 6;
const leastInk = 8;

/**
 * Ends the text where it goes over into what stands right of the cursor and on the lines below, blank lines
 * left out; the text may break off inside of that. Whole lines are an echo (echo.ts) and closers a matter
 * of counting (blockClosers.ts): this is for ends that begin or break off in the middle of a line.
 */
export function cutAtOverlap(text: string, { before, after }: Place): string {
  const below = linesBelow(after, comparedLines);
  if (below.length === 0) return text;
  const said = text.trimEnd();
  const head = `${restOfLine(after).trimEnd()}\n`;
  const document = head + below.join("\n");
  const begun = lineBefore(before);
  if (head === "\n" && begun.trim() === "" && overlaps(`\n${begun}${said}`, document, 1)) return "";
  for (let at = said.indexOf(head); at >= 0; at = said.indexOf(head, at + 1)) {
    if (overlaps(said.slice(at), document, head.length)) return text.slice(0, at);
  }
  return text;
}

/** Whether the document begins as the end of the text is, and that can be no coincidence. */
function overlaps(end: string, document: string, headChars: number): boolean {
  if (!document.startsWith(end)) return false;
  const shared = end.slice(headChars);
  return inkOf(shared) >= leastInk && hasWords(shared);
}

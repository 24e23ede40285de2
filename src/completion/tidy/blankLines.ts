import { lineBefore, restOfLine } from "../extent.ts";
import { lexisOf } from "../syntax/lexis.ts";
import { indentationOf, leavesBlock, linesAbove } from "./lines.ts";
import type { Place } from "./place.ts";

const blankLineWithin = /(\n)[ \t]+(?=\n)/g;
const anyBlankLine = /(\n|^)[ \t]+(?=\n)/g;

/**
 * On a line that has its indentation already a text need not begin a new one: the blank lines it begins with
 * go, and the indentation that is there. Nothing is left of one that leaves the block so, unless braces tell
 * what stands in it: begun on this line it would say something else. Lines of blanks alone become empty.
 */
export function dropBlankStart(text: string, { before, after, languageId }: Place): string {
  const begun = lineBefore(before);
  const clean = text.replace(begun.trim() === "" ? anyBlankLine : blankLineWithin, "$1");
  const isIndented = begun !== "" && begun.trim() === "" && restOfLine(after).trim() === "";
  if (!isIndented || !clean.startsWith("\n")) return clean;
  const rest = clean.replace(/^\n+/, "");
  if (rest.startsWith(begun)) return rest.slice(begun.length);
  const [above = ""] = linesAbove(before, 1);
  const isMoved =
    lexisOf(languageId).blocks !== "braces" && leavesBlock(indentationOf(rest), above);
  return isMoved ? "" : rest.trimStart();
}

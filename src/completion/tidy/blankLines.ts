import { lineBefore, restOfLine } from "../extent.ts";
import type { Place } from "./place.ts";

const blankLineWithin = /(\n)[ \t]+(?=\n)/g;
const anyBlankLine = /(\n|^)[ \t]+(?=\n)/g;

/**
 * On a line that has its indentation already a text need not begin a new one: the blank lines it begins with
 * go, and the indentation that is there. Lines of blanks alone become empty.
 */
export function dropBlankStart(text: string, { before, after }: Place): string {
  const begun = lineBefore(before);
  const clean = text.replace(begun.trim() === "" ? anyBlankLine : blankLineWithin, "$1");
  const isIndented = begun !== "" && begun.trim() === "" && restOfLine(after).trim() === "";
  if (!isIndented || !clean.startsWith("\n")) return clean;
  const rest = clean.replace(/^\n+/, "");
  return rest.startsWith(begun) ? rest.slice(begun.length) : rest.trimStart();
}

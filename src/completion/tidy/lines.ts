import { lineBefore, restOfLine } from "../extent.ts";
import type { Place } from "./place.ts";

/**
 * The lines a document would have from the cursor's on, if a text were inserted; without what stands right
 * of the cursor. The filters look at these, not at the text alone: so a line is judged alike wherever in it
 * the cursor stands, and a suggestion stays what it is while a person types along it.
 */
export interface MadeLines {
  readonly lines: readonly string[];
  /** The first line that comes from the text alone: 0 when nothing but blanks stands left of the cursor. */
  readonly from: number;
  /** One past the last such line: a last one that more follows on is none. */
  readonly to: number;
}

/** The lines a text makes at a place. */
export function madeLines(text: string, { before, after }: Place): MadeLines {
  const begun = lineBefore(before);
  const lines = (begun + text).split("\n");
  return {
    lines,
    from: begun.trim() === "" ? 0 : 1,
    to: restOfLine(after).trim() === "" ? lines.length : lines.length - 1,
  };
}

/** The text up to one of the lines it makes, without the line break before that. */
export function cutBeforeLine(text: string, line: number): string {
  if (line === 0) return "";
  let at = -1;
  for (let breaks = 0; breaks < line; breaks++) at = text.indexOf("\n", at + 1);
  return text.slice(0, at);
}

/** The lines above the cursor's that are not blank, the nearest first, at most so many. */
export function linesAbove(before: string, count: number): readonly string[] {
  const lines: string[] = [];
  let end = before.lastIndexOf("\n");
  while (end >= 0 && lines.length < count) {
    const start = end === 0 ? -1 : before.lastIndexOf("\n", end - 1);
    const line = before.slice(start + 1, end);
    if (line.trim() !== "") lines.push(line);
    end = start;
  }
  return lines;
}

/** The lines below the cursor's that are not blank, the nearest first, at most so many. */
export function linesBelow(after: string, count: number): readonly string[] {
  const lines: string[] = [];
  let start = after.indexOf("\n");
  while (start >= 0 && lines.length < count) {
    const end = after.indexOf("\n", start + 1);
    const line = after.slice(start + 1, end < 0 ? undefined : end).trimEnd();
    if (line !== "") lines.push(line);
    start = end;
  }
  return lines;
}

/** The blanks a line begins with. */
export const indentationOf = (line: string): string =>
  line.slice(0, line.length - line.trimStart().length);

/** Whether a line with these blanks before it leaves the block that the nearest line above stands in. */
export function leavesBlock(blanks: string, above: string): boolean {
  const around = indentationOf(above);
  return around.length > blanks.length && around.startsWith(blanks);
}

const literals = new Set("true false null none nil undefined nan inf".split(" "));

/** Whether a text has words of its own: data and closing brackets repeat honestly, sentences do not. */
export function hasWords(text: string): boolean {
  const words = text.replace(/0x[0-9a-f]+/gi, "").match(/\p{L}{3,}/gu) ?? [];
  return words.some((word) => !literals.has(word.toLowerCase()));
}

/** How many characters of a text are not blank. */
export const inkOf = (text: string): number => text.replace(/\s+/g, "").length;

import type { KnownFile } from "./oracle.ts";

/** How much of a line ghost text must have right to be useful. */
const usefulChars = 8;

/**
 * What ghost text at a cursor must begin with to be useful: the next 8 true characters, or all to the line's
 * end; at a line's end the line break, the indent and 8 more of the next line. Empty where nothing is left to type.
 */
export function usefulText({ final, regionEnd }: KnownFile, cursor: number): string {
  const rest = final.slice(cursor, regionEnd);
  const start = /^\r?\n[\t ]*/.exec(rest)?.[0] ?? "";
  const line = /^[^\r\n]*/.exec(rest.slice(start.length))?.[0] ?? "";
  return start + line.slice(0, usefulChars);
}

/** Whether ghost text leads astray within its first 8 characters. */
export function isWrong({ final }: KnownFile, cursor: number, ghost: string): boolean {
  return !final.startsWith(ghost.slice(0, usefulChars), cursor);
}

/** Whether ghost text is worth a look: two characters that are no space, or all to the true line's end. */
export function isSolid({ final, regionEnd }: KnownFile, cursor: number, ghost: string): boolean {
  if (ghost.replace(/\s/g, "").length >= 2) return true;
  const line = /^[^\r\n]*/.exec(final.slice(cursor, regionEnd))?.[0] ?? "";
  return line !== "" && ghost.startsWith(line);
}

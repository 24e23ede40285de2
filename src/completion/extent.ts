import { isInLiteral, readLine } from "./syntax/brackets.ts";
import { type Lexis, lexisOf } from "./syntax/lexis.ts";
import type { SyntaxView } from "./syntax/syntaxView.ts";
import type { Place } from "./tidy/place.ts";

/** How far a suggestion may go. `line`: to the end of the line; `block`: the statement or block that is begun. */
export type Extent = "line" | "block";

/**
 * How far a suggestion may go here. A block may follow where nothing but blanks stands on the cursor's line,
 * or where the line ends at the cursor with something that opens; not within a value, a string or a comment.
 */
export function extentOf(place: Place, syntax: SyntaxView | undefined): Extent {
  if (restOfLine(place.after).trim() !== "") return "line";
  const lexis = lexisOf(place.languageId);
  const line = lineBefore(place.before);
  const isBlank = line.trim() === "";
  if (!isBlank && !opensAtEnd(line, lexis)) return "line";
  const surroundings = syntax?.surroundings(place.before) ?? "code";
  if (surroundings === "literal") return "line";
  if (!isBlank) return "block";
  const { code } = readLine(lineAbove(place.before), { open: [], lexis });
  return surroundings === "value" || isUnfinished(code, lexis) ? "line" : "block";
}

/** Whether a line ends with what opens a block, an argument list or the like. */
export function opensAtEnd(line: string, lexis: Lexis): boolean {
  const { code, open, isInString } = readLine(line, { open: [], lexis });
  if (isInString || isInLiteral(open)) return false;
  return /[([{]$/.test(code) || isHeader(code, open, lexis);
}

/** Whether a line of code ends with what one indented line or more must follow, without a bracket. */
export const isHeader = (code: string, open: readonly string[], lexis: Lexis): boolean =>
  code.endsWith("=>") || (lexis.blocks === "colon" && code.endsWith(":") && open.length === 0);

/** Whether a line of code ends within an expression: not where a point ends a sentence, nor with `...`. */
export const isUnfinished = (code: string, { isProse }: Lexis): boolean =>
  !isProse && /(?:[([,=\\]|(?<!\.\.)\.|&&|\|\||[^+]\+)$/.test(code);

/** The last line above the cursor's that is not blank, without its line break; empty where there is none. */
export const lineAbove = (before: string): string =>
  lineBefore(before.slice(0, before.length - lineBefore(before).length).trimEnd());

/** The text left of the cursor, from its line's start. */
export const lineBefore = (before: string): string => before.slice(before.lastIndexOf("\n") + 1);

/** The text right of the cursor, up to its line's end. */
export function restOfLine(after: string): string {
  const end = /\r?\n/.exec(after)?.index;
  return end === undefined ? after : after.slice(0, end);
}

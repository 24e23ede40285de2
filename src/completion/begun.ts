import { type Extent, lineAbove, lineBefore, opensAtEnd, restOfLine } from "./extent.ts";
import { mayHaveLines } from "./tidy/fit.ts";
import type { Place } from "./tidy/place.ts";
import { isInLiteral, readLine } from "./syntax/brackets.ts";
import { type Lexis, lexisOf } from "./syntax/lexis.ts";
import type { SyntaxView } from "./syntax/syntaxView.ts";

/** What a suggestion finishes. */
export interface Begun {
  /**
   * `line`: a line, with what it opens itself. `statement`: one statement. `run`: the statements of a body or
   * of a paragraph.
   */
  readonly kind: "line" | "statement" | "run";
  /** What the cursor's line has left open and the text is to close, the innermost last. */
  readonly open: readonly string[];
  /** The column at which it begins; what stands left of it is no part of it. Worked out when it is asked for. */
  readonly columns: () => number;
  /** Whether the text may go on below its first line. Worked out when it is asked for: it may take a parse. */
  readonly mayGoOn: () => boolean;
  readonly lexis: Lexis;
}

/** What the text at a place finishes. `text` is what has come of it. */
export function begunAt(
  text: string,
  place: Place,
  extent: Extent,
  syntax: SyntaxView | undefined,
): Begun {
  const lexis = lexisOf(place.languageId);
  const line = lineBefore(place.before);
  if (extent === "line") {
    const columns = () => columnsOf(beginningOf(place.before, lexis));
    return { kind: "line", open: [], columns, mayGoOn: () => mayLineGoOn(place, syntax), lexis };
  }
  if (line.trim() !== "") return begunOnLine(place, lexis);
  const kind = syntax && !isRunBelow(lineAbove(place.before), lexis) ? "statement" : "run";
  const columns = () => columnsOf(line) || columnsOf(firstLine(text));
  return { kind, open: [], columns, mayGoOn: always, lexis };
}

const always = (): boolean => true;
const tabColumns = 4;

/** The column behind the blanks at a line's start. */
export function columnsOf(line: string): number {
  let columns = 0;
  for (const blank of /^[ \t]*/.exec(line)?.[0] ?? "") {
    columns += blank === "\t" ? tabColumns - (columns % tabColumns) : 1;
  }
  return columns;
}

/**
 * A line that nothing follows, or only what closes its brackets, may open a block of its own, unless the cursor is in a
 * string or a comment. Behind a colon that stands there already comes a block that may too.
 */
function mayLineGoOn(
  { before, after, languageId }: Place,
  syntax: SyntaxView | undefined,
): boolean {
  const rest = restOfLine(after).trimEnd();
  if (!mayHaveLines(rest) || rest.endsWith(":") || syntax?.surroundings(before) === "literal")
    return false;
  return !isInLiteral(readLine(lineBefore(before), { open: [], lexis: lexisOf(languageId) }).open);
}

/** Behind an opener: up to what closes it, or the body alone where that stands below already. */
function begunOnLine({ before, after }: Place, lexis: Lexis): Begun {
  const { open } = readLine(lineBefore(before), { open: [], lexis });
  const columns = () => columnsOf(beginningOf(before, lexis));
  const below = /^\s*\n([ \t]*[)\]}])/.exec(after)?.[1];
  const isClosedBelow = open.length > 0 && below !== undefined && columnsOf(below) === columns();
  return isClosedBelow
    ? { kind: "run", open: [], columns: () => columns() + 1, mayGoOn: always, lexis }
    : { kind: "statement", open, columns, mayGoOn: always, lexis };
}

/** No head of a statement is looked for further up than that many lines. */
const headLines = 8;

/** The line that begins what the cursor's line goes on with: the one with the bracket that this one closes. */
function beginningOf(before: string, lexis: Lexis): string {
  const own = lineBefore(before);
  const above = before
    .slice(0, before.length - own.length)
    .split("\n")
    .slice(-1 - headLines, -1);
  let joined = own;
  let first = own;
  while (readLine(joined, { open: [], lexis }).outerCloserAt !== undefined) {
    const next = above.pop();
    if (next === undefined) return own;
    first = next;
    joined = `${next} ${joined}`;
  }
  return first;
}

/** Whether several statements are wanted below a line: a body begins there, or a comment says what comes. */
function isRunBelow(above: string, lexis: Lexis): boolean {
  const { code } = readLine(above, { open: [], lexis });
  return code === "" || code.endsWith("*/") || opensAtEnd(above, lexis);
}

/** The first line with something on it, or what there is of it. */
const firstLine = (text: string): string => /^\s*?\n?([ \t]*\S)/.exec(text)?.[1] ?? "";

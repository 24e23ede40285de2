import { isInLiteral, readLine } from "./brackets.ts";
import type { Lexis } from "./lexis.ts";

/** The code above a cursor that is parsed with what comes at it. */
export interface Window {
  readonly text: string;
  /** What is open at its end, the innermost last. */
  readonly open: readonly string[];
}

/** So much code above the cursor is parsed at most, in UTF-16 units. */
export const windowChars = 2_000;

/**
 * The part of the text before a cursor that is worth parsing: from the first of the lines that are least
 * indented. Undefined when the cursor's line alone is too long.
 */
export function windowOf(before: string, lexis: Lexis): Window | undefined {
  const from = before.length - windowChars;
  const near = from <= 0 ? before : before.slice(before.indexOf("\n", from) + 1);
  if (near.length > windowChars) return undefined;
  const text = fromOutermost(near);
  const opening = text.includes(lexis.opening.trim()) ? "" : lexis.opening;
  return { text: opening + text, open: openAfter(text, [], lexis) };
}

/** What is open behind some text. */
export function openAfter(text: string, open: readonly string[], lexis: Lexis): readonly string[] {
  let behind = open;
  for (const line of text.split(/\r?\n/)) behind = readLine(line, { open: behind, lexis }).open;
  return behind;
}

const closers: Readonly<Record<string, string>> = {
  "(": ")",
  "[": "]",
  "{": "}",
  "${": "}",
  "/*": "*/",
};

/** What closes all that is open, so that the grammar sees whole code. */
export const closing = (open: readonly string[]): string =>
  open
    .map((opener) => closers[opener] ?? opener)
    .reverse()
    .join(isInLiteral(open) ? "" : " ");

function fromOutermost(text: string): string {
  let least = Infinity;
  let from = 0;
  let at = 0;
  for (const line of text.split("\n")) {
    const columns = /^\s*(?=[^\s)\]}])/.exec(line)?.[0].length;
    if (columns !== undefined && columns < least) {
      least = columns;
      from = at;
    }
    at += line.length + 1;
  }
  return text.slice(from);
}

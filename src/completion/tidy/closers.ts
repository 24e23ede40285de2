import { lineBefore, restOfLine } from "../extent.ts";
import {
  type Closing,
  closersBehind,
  closersOf,
  closingOf,
  searchedChars,
  withoutLifetimes,
} from "./closing.ts";
import type { Fitted } from "./fitted.ts";
import type { Place } from "./place.ts";
import { isSubsequence } from "./willShow.ts";

/** A rest that goes on with what stands before it: no statement may end there. */
const goesOn = /^\s*[.,)\]?:=+*&|]/;
const closersOnly = /^[\s)\]}>"'`;,:]*$/;

/** Whether what stands right of the cursor is closing punctuation alone. */
export const isClosingPunctuation = (restOfLine: string): boolean => closersOnly.test(restOfLine);

/**
 * Makes a text fit what stands right of the cursor on its line, such as brackets and quotes the editor
 * closed by itself. The text is put before it, but for three cases:
 * - One that ends as it does, or closes all that it closes, takes its place: the editor shows what is new.
 * - One that ends as it begins is cut there, so that nothing is there twice.
 * - One that closes a part of what it closes is cut before that, so that nothing is closed twice.
 */
export function fitToRestOfLine(text: string, place: Place): Fitted {
  const rest = restOfLine(place.after).trimEnd();
  const closers = closersBehind(place);
  const begun = lineBefore(place.before);
  const from = begun.length;
  const line = withoutLifetimes(begun + text, place.languageId);
  const isEvenUpTo = (end: number): boolean =>
    closingOf({ line: line.slice(0, from + end), closers, from }).isEven;
  const replacing: Fitted = { text, replaceAfterChars: rest.length };
  if (text.endsWith(rest) && (closers === "" || isEvenUpTo(text.length - rest.length))) {
    return replacing;
  }
  const closing = closingOf({ line, closers, from });
  if (closesAll(begun + text, rest, closing)) return replacing;
  const closesAt = closing.isEven ? undefined : closing.firstAt;
  const end = repeatsFrom(text, rest, isEvenUpTo) ?? (closesAt && closesAt - from);
  const part = text.slice(0, end);
  return { text: goesOn.test(rest) ? withoutSemicolon(part) : part, replaceAfterChars: 0 };
}

/** Whether the line closes all that the rest closes, and holds what else the rest has. */
function closesAll(line: string, rest: string, { firstAt, left }: Closing): boolean {
  if (firstAt === undefined || left !== "") return false;
  if (line.startsWith(rest, firstAt)) return true;
  const separators = endOf(rest, /[\s;,:]/).trimStart();
  return (
    isClosingPunctuation(rest) &&
    line.endsWith(separators) &&
    isSubsequence(rest, line.slice(firstAt))
  );
}

/**
 * Where the text begins to repeat what the rest begins with. Where that closes something, the text must leave
 * to the rest just what that closes: else it closes what it opened itself. A text with a `<` is left alone
 * where a tag or type ends: its last `>` is its own.
 */
function repeatsFrom(
  text: string,
  rest: string,
  isEvenUpTo: (end: number) => boolean,
): number | undefined {
  if (rest.startsWith(">") && text.includes("<")) return undefined;
  const longest = Math.min(rest.length, searchedChars);
  for (let at = Math.max(0, text.length - longest); at < text.length; at++) {
    const end = text.slice(at);
    if (rest.startsWith(end) && (closersOf(end) === "" || isEvenUpTo(at))) return at;
  }
  return undefined;
}

function withoutSemicolon(text: string): string {
  const end = endOf(text, /[;\s]/);
  return end.includes(";") ? text.slice(0, text.length - end.length) : text;
}

/** The characters of one kind a text ends with. */
function endOf(text: string, kind: RegExp): string {
  let at = text.length;
  while (at > 0 && kind.test(text.charAt(at - 1))) at--;
  return text.slice(at);
}

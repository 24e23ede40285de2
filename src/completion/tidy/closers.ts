import { closersOf, type Closing, closingOf } from "./closing.ts";

/** Text to insert at the cursor and how many UTF-16 units after the cursor it takes the place of. */
export interface Fitted {
  readonly text: string;
  readonly replaceAfterChars: number;
}

/** A rest that goes on with what stands before it: no statement may end there. */
const goesOn = /^\s*[.,)\]?:=+*&|]/;
const closersOnly = /^[\s)\]}>"'`;,:]*$/;

/**
 * Makes the first line of a suggestion fit what stands right of the cursor on its line, such as brackets
 * and quotes the editor closed by itself. The line is put before it, but for three cases:
 * - One that ends as it does, or closes all that it closes, takes its place: the editor shows what is new.
 * - One that ends as it begins is cut there, so that nothing is there twice.
 * - One that closes a part of what it closes is cut before that, so that nothing is closed twice.
 */
export function fitToRestOfLine(text: string, restOfLine: string): Fitted {
  const rest = restOfLine.trimEnd();
  if (rest === "") return { text, replaceAfterChars: 0 };
  const lineEnd = text.search(/\r?\n/);
  const line = lineEnd < 0 ? text : text.slice(0, lineEnd);
  const closers = closersOf(rest);
  const closing = closingOf(line, closers);
  if (endsAs(line, rest, closers) || closesAll(line, rest, closing)) {
    return { text: line, replaceAfterChars: rest.length };
  }
  const end = repeatsFrom(line, rest, closers) ?? (closing.isEven ? undefined : closing.firstAt);
  const part = line.slice(0, end);
  return { text: goesOn.test(rest) ? part.replace(/;\s*$/, "") : part, replaceAfterChars: 0 };
}

/** Whether the rest stands at the line's end too, and is not there to close what the line opened itself. */
const endsAs = (line: string, rest: string, closers: string): boolean =>
  line.endsWith(rest) && isUntouched(line.slice(0, line.length - rest.length), closers);

/** Whether the line closes all that the rest closes, and holds what else the rest has. */
function closesAll(line: string, rest: string, { firstAt, left }: Closing): boolean {
  if (firstAt === undefined || left !== "") return false;
  if (line.startsWith(rest, firstAt)) return true;
  const separators = /[\s;,:]*$/.exec(rest)?.[0].trimStart() ?? "";
  return (
    closersOnly.test(rest) && line.endsWith(separators) && isSubsequence(rest, line.slice(firstAt))
  );
}

/** Where the line begins to repeat what the rest begins with. */
function repeatsFrom(line: string, rest: string, closers: string): number | undefined {
  for (let at = Math.max(0, line.length - rest.length); at < line.length; at++) {
    if (rest.startsWith(line.slice(at)) && isUntouched(line.slice(0, at), closers)) return at;
  }
  return undefined;
}

/** Whether a text leaves to the rest just what the rest closes. */
function isUntouched(text: string, closers: string): boolean {
  const { firstAt, left } = closingOf(text, closers);
  return firstAt === undefined && left === closers;
}

/** Whether the characters of `part` stand in `whole` in this order. */
function isSubsequence(part: string, whole: string): boolean {
  let at = -1;
  for (const character of part) {
    at = whole.indexOf(character, at + 1);
    if (at < 0) return false;
  }
  return true;
}

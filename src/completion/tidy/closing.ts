import { lineBefore, restOfLine } from "../extent.ts";
import { readLine } from "../syntax/brackets.ts";
import { lexisOf } from "../syntax/lexis.ts";
import type { Place } from "./place.ts";

/** What a text put before some closers does with them. */
export interface Closing {
  /** Where in the line it first does the work of one of them; undefined when it closes only what it opened. */
  readonly firstAt: number | undefined;
  /** What is still to be closed behind it, the next first: the closers themselves when it left all alone. */
  readonly left: string;
  /** Whether just the closers are still to be closed behind it. */
  readonly isEven: boolean;
  /** Where in the line that stands which the next closer closes; undefined when an earlier line has it. */
  readonly openAt: number | undefined;
}

/** A line up to the end of what a text puts there, the closers behind it, and where the text begins. */
export interface Begun {
  readonly line: string;
  readonly closers: string;
  readonly from: number;
}

const closerFor: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };
const isQuote = (character: string | undefined): character is string =>
  character === '"' || character === "'" || character === "`";

/**
 * Reads the text at a line's end. What stands left of it says which brackets are open: the closers that none
 * of those needs close brackets of earlier lines. When the line as a whole leaves just the closers to be
 * closed, all is even, wherever in it the text begins.
 */
export function closingOf(begun: Begun): Closing {
  const { line, closers, from } = begun;
  const own = openOf(begun, from);
  const alone = read(begun, { open: [...own], from, to: line.length, others: 0 });
  if (asClosers(alone.open) === closers) return closingBy(alone.open, closers, undefined);
  const shared = sharedCount(asClosers(own), closers);
  const earlier = earlierOf(closers, shared);
  const opened = earlier.split("").map((closer) => ({ closer, at: undefined }));
  const open = [...opened.reverse(), ...own];
  const others = shared + earlier.length;
  const whole = read(begun, { open, from, to: line.length, others });
  return closingBy(whole.open, closers, whole.firstAt);
}

function closingBy(open: readonly Open[], closers: string, firstAt: number | undefined): Closing {
  const left = asClosers(open);
  return { firstAt, left, isEven: left === closers, openAt: open.at(-1)?.at };
}

/** Whether all closers behind a line close what that line has opened, not an earlier one. */
export function opensAll(line: string, closers: string): boolean {
  return openAtEnd(line, closers).endsWith(closers);
}

/** What closes that which a line leaves open, with the closers behind it. */
const openAtEnd = (line: string, closers: string): string =>
  asClosers(openOf({ line, closers, from: line.length }, line.length));

/** Something open: what closes it, and where in the line it stands; undefined on an earlier line. */
interface Open {
  readonly closer: string;
  readonly at: number | undefined;
}

/** What is open in a line at some point, the next to be closed last. */
const openOf = (begun: Begun, to: number): Open[] =>
  read(begun, { open: [], from: 0, to, others: 0 }).open;

function asClosers(open: readonly Open[]): string {
  let closers = "";
  for (const { closer } of open) closers = closer + closers;
  return closers;
}

/** How many of the closers close what a line has opened: its outermost brackets, with the next closers. */
function sharedCount(open: string, closers: string): number {
  let count = closers.length;
  while (!open.endsWith(closers.slice(0, count))) count--;
  return count;
}

/** The closers but for so many, which close brackets of earlier lines; a quote would be closed on its line. */
const earlierOf = (closers: string, shared: number): string =>
  closers.slice(shared).replace(/^["']+/, "");

interface Part {
  /** What is open, the next to be closed last; it is changed. */
  readonly open: Open[];
  readonly from: number;
  readonly to: number;
  /** That many of the open ones were opened before the text and are closed behind it. */
  readonly others: number;
}

function read(
  begun: Begun,
  { open, from, to, others: atFirst }: Part,
): { open: Open[]; firstAt: number | undefined } {
  const { line, closers } = begun;
  let others = atFirst;
  let firstAt: number | undefined;
  for (let at = from; at < to; at++) {
    if (isPlain(line.charCodeAt(at))) continue;
    const next = open.at(-1)?.closer;
    if (closes(line, at, next)) {
      if (open.length === others) {
        firstAt ??= at;
        others--;
      }
      open.pop();
    } else if (line[at] === "\n" && (next === '"' || next === "'")) open.pop();
    else {
      const closer = isQuote(next)
        ? closerInQuotes(begun, at, next)
        : closerInCode(line, at, closers);
      if (closer !== undefined) open.push({ closer, at });
    }
  }
  return { open, firstAt };
}

/** Whether a character closes what is open next: no arrow's `>`, and no quote behind a backslash. */
function closes(line: string, at: number, next: string | undefined): boolean {
  if (line[at] !== next || isArrow(line, at)) return false;
  if (!isQuote(next)) return true;
  let start = at;
  while (line[start - 1] === "\\") start--;
  return (at - start) % 2 === 0;
}

/** Letters and spaces, most of any line: nothing opens or closes there. */
const isPlain = (unit: number): boolean => unit === 32 || (unit >= 97 && unit <= 122);

const isArrow = (line: string, at: number): boolean =>
  line.charAt(at) === ">" && (line[at - 1] === "=" || line[at - 1] === "-");

/**
 * What closes that which a character in quotes opens: a template's `${`, and a bracket that is closed behind the
 * text just before the quote, as the editor does it. One in a string that ended left of the text is no bracket.
 */
function closerInQuotes(
  { line, closers, from }: Begun,
  at: number,
  quote: string,
): string | undefined {
  if (quote === "`" && line[at] === "{" && line[at - 1] === "$") return "}";
  const closer = closerFor[line.charAt(at)];
  if (closer === undefined || !closers.includes(closer + quote)) return undefined;
  const inside = line.slice(at + 1, from);
  const endAt = inside.indexOf(quote);
  return endAt < 0 || inside.slice(0, endAt).includes(closer) ? closer : undefined;
}

/** What closes that which a character outside of quotes opens. */
function closerInCode(line: string, at: number, closers: string): string | undefined {
  const character = line.charAt(at);
  if (character === "<" && closers.startsWith(">")) return ">";
  if (!isQuote(character)) return closerFor[character];
  const isApostrophe = !line.includes(character, at + 1) && !closers.includes(character);
  return isApostrophe ? undefined : character;
}

/** An apostrophe without its like: `don't`. */
const isInWord = (text: string, at: number): boolean =>
  text[at] === "'" &&
  /\p{L}'\p{L}/u.test(text.slice(Math.max(0, at - 1), at + 2)) &&
  text.split("'").length % 2 === 0;

/** Beyond this a line is data: what a person's brackets close stands nearer. */
export const searchedChars = 400;

/** A line that ends so goes on below: what it leaves open is closed there. */
const goesOn = /(?:[([{,]|&&|\|\||=>)$/;

/**
 * The closers right of a cursor on its line, as `closersOf` has them, without what a comment says. Where the line goes
 * on below they close what is open next, and the others that the line leaves open are among them: they come on the
 * lines below.
 */
export function closersBehind(place: Place): string {
  const { before, languageId } = place;
  const rest = codeBehind(place);
  const closers = closersOf(rest);
  if (closers === "" || !goesOn.test(rest.trimEnd())) return closers;
  const open = openAtEnd(withoutLifetimes(lineBefore(before), languageId), closers);
  return open.startsWith(closers) ? open : closers;
}

/** What stands right of a cursor on its line, without a comment. */
function codeBehind({ before, after, languageId }: Place): string {
  const said = restOfLine(after).trimEnd().slice(0, searchedChars);
  const rest = withoutLifetimes(said, languageId);
  const lexis = lexisOf(languageId);
  if (!lexis.lineComments.some((mark) => rest.includes(mark))) return rest;
  const begun = lineBefore(before);
  const { commentAt } = readLine(begun + rest, { open: [], lexis });
  const isBehind = commentAt !== undefined && commentAt >= begun.length;
  return isBehind ? rest.slice(0, commentAt - begun.length) : rest;
}

/** A line with a blank for each apostrophe that is none of two, in languages which have such: `&'a str`. */
export const withoutLifetimes = (line: string, languageId: string): string =>
  lexisOf(languageId).hasBareApostrophes ? line.replace(/'(?=[\p{L}_](?!'))/gu, " ") : line;

/** The closers in the text right of a cursor that close what stands left of it, the next one first. */
export function closersOf(restOfLine: string): string {
  const rest = restOfLine.slice(0, searchedChars);
  const open: string[] = [];
  let closers = "";
  for (let at = 0; at < rest.length; at++) {
    const character = rest.charAt(at);
    const next = open.at(-1);
    const closer = closerFor[character];
    if (isInWord(rest, at)) continue;
    if (character === next) open.pop();
    else if (isQuote(next)) at += character === "\\" ? 1 : 0;
    else if (closer !== undefined) open.push(closer);
    else if (isQuote(character) && rest.slice(at).split(character).length % 2 === 1) {
      open.push(character); // one of a pair
    } else if (isQuote(character) || ")]}".includes(character)) closers += character;
  }
  return rest.startsWith(">") ? `>${closers}` : closers;
}

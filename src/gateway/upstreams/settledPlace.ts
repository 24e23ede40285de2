import { trimAfter, trimBefore, type WindowLimits } from "./promptWindow.ts";

/** When more than this stands behind the head, the next head takes it in. */
const typedChars = 1_000;
/** Less of the text above than this is not worth keeping its start for. */
const leastHeadChars = 300;
/** A line is cut in such steps where it is longer. */
const lineStepChars = 500;
/**
 * So much of the text after the cursor is compared, and no more of what is remembered is ever sent: it may be of another
 * person's file of the same path.
 */
const comparedChars = 2_000;

/** Where text is to be filled in. */
export interface Place {
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

/** A place that was settled on: head and tail stay as they are while the person types on behind the head. */
export interface SettledPlace {
  readonly path: string;
  /** Where the head starts and ends in the text before the cursor. */
  readonly start: number;
  readonly end: number;
  readonly head: string;
  /** All the text after the cursor, as it was. */
  readonly after: string;
}

/** Settles on a place: from where the last one of its document started, if that is still a good place to start. */
function settle(place: Place, last: SettledPlace | undefined, headChars: number): SettledPlace {
  const { path, before, after } = place;
  const end = cursorStart(before);
  const above = before.slice(0, end);
  const isKept = last?.path === path && isGoodStart(above, last.start, headChars);
  const head = isKept ? above.slice(last.start) : trimBefore(above, headChars);
  return { path, start: end - head.length, end, head, after };
}

/** The same place where the text before the cursor begins elsewhere: of a long document a gateway gives the end of it. */
function moved(last: SettledPlace, before: string): SettledPlace {
  const { head, start, end } = last;
  if (before.startsWith(head, start)) return last;
  const from = Math.max(0, before.length - head.length - 2 * typedChars);
  const at = before.slice(from).lastIndexOf(head);
  return at < 0 ? last : { ...last, start: from + at, end: end - start + from + at };
}

/** Whether the text above, from there, is of a length to have, and starts with a line. */
export function isGoodStart(above: string, start: number, headChars: number): boolean {
  const chars = above.length - start;
  const isLine = start === 0 || above[start - 1] === "\n";
  return isLine && chars <= headChars && (start === 0 || chars >= leastHeadChars);
}

/** Whether a place is behind a settled one, with nothing but typing between. */
export function isAt({ path, end, head, after }: SettledPlace, place: Place): boolean {
  const typed = place.before.slice(end);
  if (place.path !== path || typed.length > typedChars || place.before.length < end) return false;
  if (place.before.slice(end - head.length, end) !== head) return false;
  const [known, now] = [after, place.after].map((text) => text.slice(0, comparedChars));
  // An editor closes brackets by itself. That is no new place, for as long as the line is not left.
  return known === now || (!typed.includes("\n") && isSameButClosers(after, place.after));
}

function isSameButClosers(one: string, other: string): boolean {
  const [known, now] = [one, other].map((text) =>
    text.replace(/^[)\]}>"'`;, ]{0,8}/, "").slice(0, comparedChars),
  );
  return known === now;
}

/** The start of the cursor's line, or of its last step where it is long. */
export function cursorStart(before: string): number {
  const lineStart = before.lastIndexOf("\n") + 1;
  const steps = Math.floor((before.length - lineStart) / lineStepChars);
  const start = lineStart + steps * lineStepChars;
  const isInPair = /^[\udc00-\udfff]/.test(before.slice(start, start + 1));
  return isInPair ? start - 1 : start;
}

/** How many documents are remembered: about as many as people switch between. */
const mostDocuments = 64;

/** The settled places of the documents that completions are asked for, the newest remembered. */
export class SettledPlaces {
  readonly #limits: WindowLimits;
  readonly #places = new Map<string, SettledPlace>();

  constructor(limits: WindowLimits) {
    this.#limits = limits;
  }

  /** The texts for the next prompt of a place: what stays the same, what was typed behind that, and what comes after. */
  textsOf(place: Place): { readonly head: string; readonly typed: string; readonly tail: string } {
    const last = this.#places.get(place.path);
    const known = last && moved(last, place.before);
    const isKnown = known !== undefined && isAt(known, place);
    const settled = isKnown ? known : settle(place, known, this.#limits.beforeChars);
    this.#places.delete(place.path); // so that the map's order is that of use
    this.#places.set(place.path, settled);
    const [oldest] = this.#places.keys();
    if (this.#places.size > mostDocuments && oldest !== undefined) this.#places.delete(oldest);
    const tail = trimAfter(settled.after, Math.min(this.#limits.afterChars, comparedChars));
    return { head: settled.head, typed: place.before.slice(settled.end), tail };
  }
}

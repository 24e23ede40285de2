import { trimAfter, trimBefore } from "../promptWindow.ts";
import { type Token, type Vocabulary } from "./tokenModel.ts";

/** What is to be filled in: the text on both sides of the cursor. */
export interface FillPlace {
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

/** About 1,200 tokens of code. */
const headChars = 4_000;
/** Less of the text above than this is not worth keeping its start for. */
const leastHeadChars = 300;
/** Evaluated anew with each place: short. */
const tailChars = 300;
const mostTailTokens = 64;
/** When more than this stands behind the head, the next head takes it in. */
const typedChars = 1_000;
/** So much is left for it in a prompt that is limited. */
const typedRoomTokens = 96;
/** A line is cut in such steps where it is longer. */
const lineStepChars = 500;
const marksInPrompt = 4;
/** So much of the text after the cursor is compared. */
const comparedChars = 500;

/** A place that was settled on: head and tail stay as they are while the person types on behind the head. */
interface Settled {
  readonly path: string;
  /** Where the head starts and ends in the text before the cursor. */
  readonly start: number;
  readonly end: number;
  readonly head: string;
  readonly headTokens: readonly Token[];
  readonly after: string;
  readonly tailTokens: readonly Token[];
}

/**
 * Lays out prompts so that that of a key is the one before it and a token or two: first the text above the
 * cursor's line, then the text below, then what has been typed since, as if the model had begun to fill in. The
 * tokens before that stay the same until the cursor is somewhere else, and the text above then starts where it did.
 */
export class FillPrompt {
  readonly #vocabulary: Vocabulary;
  #settled: Settled | undefined;

  constructor(vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary;
  }

  /** The tokens of the next prompt, at most `limitTokens`. */
  next(place: FillPlace, limitTokens: number): Token[] {
    const known = this.#settled;
    const prompt = known && isAt(known, place) ? this.#prompt(known, place.before) : undefined;
    if (prompt && prompt.length <= limitTokens) return prompt;
    const settled = this.#settle(place, limitTokens);
    this.#settled = settled;
    return this.#prompt(settled, place.before, limitTokens);
  }

  /** Without a middle mark the text after the cursor comes first of all, and what is written follows the prefix. */
  #prompt(settled: Settled, before: string, limitTokens = Infinity): Token[] {
    const { end, headTokens: head, tailTokens: tail } = settled;
    const { begin, prefix, suffix, middle } = this.#vocabulary.marks;
    const first = begin === undefined ? [] : [begin];
    const all = this.#vocabulary.tokenize(before.slice(end));
    const typed = lastTokens(all, limitTokens - head.length - tail.length - marksInPrompt);
    return middle === undefined
      ? [...first, suffix, ...tail, prefix, ...head, ...typed]
      : [...first, prefix, ...head, suffix, ...tail, middle, ...typed];
  }

  #settle({ path, before, after }: FillPlace, limitTokens: number): Settled {
    const end = cursorStart(before);
    const mostTail = Math.min(mostTailTokens, Math.floor(limitTokens / 4));
    const below = this.#vocabulary.tokenize(trimAfter(after, tailChars));
    const tailTokens = below.slice(0, mostTail);
    const typed = this.#vocabulary.tokenize(before.slice(end)).length;
    const roomTokens = limitTokens - tailTokens.length - marksInPrompt - typed - typedRoomTokens;
    const last = this.#settled?.path === path ? this.#settled.start : undefined;
    const head = this.#head(before.slice(0, end), last, Math.max(0, roomTokens));
    return {
      path,
      start: end - head.text.length,
      end,
      head: head.text,
      after,
      tailTokens,
      headTokens: head.tokens,
    };
  }

  /** The end of the text above, from where the last one started if that is still a good place to start. */
  #head(
    above: string,
    start: number | undefined,
    roomTokens: number,
  ): { readonly text: string; readonly tokens: readonly Token[] } {
    if (start !== undefined && isGoodStart(above, start)) {
      const text = above.slice(start);
      const tokens = this.#vocabulary.tokenize(text);
      if (tokens.length <= roomTokens) return { text, tokens };
    }
    const whole = trimBefore(above, headChars);
    const tokens = this.#vocabulary.tokenize(whole);
    if (tokens.length <= roomTokens) return { text: whole, tokens };
    // With some room left, so that it can start there for a place further down too.
    const share = (0.8 * roomTokens) / tokens.length;
    const text = trimBefore(whole, Math.floor(whole.length * share));
    return { text, tokens: lastTokens(this.#vocabulary.tokenize(text), roomTokens) };
  }
}

/** Whether the text above, from there, is of a length to have, and starts with a line. */
function isGoodStart(above: string, start: number): boolean {
  const chars = above.length - start;
  const isLine = start === 0 || above[start - 1] === "\n";
  return isLine && chars <= headChars && (start === 0 || chars >= leastHeadChars);
}

/** Whether a place is behind a settled one, with nothing but typing between. */
function isAt({ path, end, head, after }: Settled, place: FillPlace): boolean {
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
function cursorStart(before: string): number {
  const lineStart = before.lastIndexOf("\n") + 1;
  const steps = Math.floor((before.length - lineStart) / lineStepChars);
  const start = lineStart + steps * lineStepChars;
  const isInPair = /^[\udc00-\udfff]/.test(before.slice(start, start + 1));
  return isInPair ? start - 1 : start;
}

function lastTokens(tokens: readonly Token[], limit: number): readonly Token[] {
  return tokens.slice(Math.max(0, tokens.length - limit));
}

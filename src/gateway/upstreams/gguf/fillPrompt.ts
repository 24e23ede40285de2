import { trimAfter, trimBefore } from "../promptWindow.ts";
import { cursorStart, isAt, isGoodStart, type Place, type SettledPlace } from "../settledPlace.ts";
import type { Token, Vocabulary } from "./tokenModel.ts";

/** About 1,200 tokens of code. */
const headChars = 4_000;
/** Evaluated anew with each place: short. */
const tailChars = 300;
const mostTailTokens = 64;
/** So much is left for it in a prompt that is limited. */
const typedRoomTokens = 96;
const marksInPrompt = 4;

/** A settled place with what is kept of it as tokens. */
interface Settled extends SettledPlace {
  readonly headTokens: readonly Token[];
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
  next(place: Place, limitTokens: number): Token[] {
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

  #settle({ path, before, after }: Place, limitTokens: number): Settled {
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
    if (start !== undefined && isGoodStart(above, start, headChars)) {
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

function lastTokens(tokens: readonly Token[], limit: number): readonly Token[] {
  return tokens.slice(Math.max(0, tokens.length - limit));
}

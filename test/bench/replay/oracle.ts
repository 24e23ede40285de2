import type { KeyTrace } from "./keyTrace.ts";

/** How good the oracle is. */
export interface OracleSkill {
  /** From 0 to 1: how likely a token is right. */
  readonly accuracy: number;
  /** The longest answer. */
  readonly maxTokens: number;
}

/** What the oracle must know of a session: the file as it will be, and where the text below the cursor begins. */
export type KnownFile = Pick<KeyTrace, "final" | "regionEnd">;

const longestSlipChars = 12;
/** How much text before the cursor is looked up, the most telling first. */
const lookUpChars = [400, 120, 48, 24];
const leastLookUpChars = 8;
/** Up to 6 letters with the white space before them, a line break with its indent, digits, signs. */
const tokens = /\s*[^\W\d]{1,6}|\n[\t ]*|\s+|\d{1,3}|[^\s\w]{1,2}/g;

/**
 * A model that knows how the file goes on. Its answers depend on nothing but the text before the cursor: the
 * same place always gets the same answer, whoever asks and however often.
 */
export class Oracle {
  readonly #file: KnownFile;
  readonly #skill: OracleSkill;

  constructor(file: KnownFile, skill: OracleSkill) {
    this.#file = file;
    this.#skill = skill;
  }

  /**
   * The true continuation as tokens, to where the text after the cursor begins, at most `limit` of them. After
   * a slip of the finger it carries on from the text before it. From the first token that it does not know on,
   * all are wrong. Empty where the text before the cursor is not of the file.
   */
  answer(before: string, limit: number): string[] {
    const { final, regionEnd } = this.#file;
    const start = this.#placeOf(before);
    if (start === undefined) return [];
    const truth = cutTokens(final.slice(start, regionEnd));
    let offset = start;
    let isLost = false;
    return truth.slice(0, Math.min(limit, this.#skill.maxTokens)).map((token) => {
      isLost ||= !this.#isKnown(offset);
      offset += token.length;
      return isLost ? wrongText(token) : token;
    });
  }

  /** Where in the file the cursor is, or was before a slip; undefined where no text before it tells. */
  #placeOf(before: string): number | undefined {
    const { final } = this.#file;
    for (let slipChars = 0; slipChars <= longestSlipChars; slipChars++) {
      const kept = before.slice(0, Math.max(0, before.length - slipChars));
      for (const chars of lookUpChars) {
        const tail = kept.slice(-chars);
        if (tail.length < leastLookUpChars) break;
        const at = final.indexOf(tail);
        if (at >= 0 && !final.includes(tail, at + 1)) return at + tail.length;
      }
    }
    return undefined;
  }

  /** Whether it knows the token that begins there: a hard place is hard for all who ask. */
  #isKnown(offset: number): boolean {
    return this.#skill.accuracy >= 1 || chance(`token at ${offset}`) <= this.#skill.accuracy;
  }
}

/** The tokens that a text is made of, about 4 characters each. */
export function cutTokens(text: string): string[] {
  return text.match(tokens) ?? [];
}

/** Text like code that is not right: its letters turned by half the alphabet, or `zq` behind what has none. */
export function wrongText(token: string): string {
  const turned = token.replace(/[a-z]/gi, (letter) => {
    const half = letter.toLowerCase() <= "m" ? 13 : -13;
    return String.fromCharCode(letter.charCodeAt(0) + half);
  });
  return turned === token ? `${token}zq` : turned;
}

/** A number from 0 up to 1 that the text decides: FNV-1a, mixed as Murmur3 does so that neighbours differ. */
function chance(text: string): number {
  let hash = 0x811c9dc5;
  for (const char of text) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

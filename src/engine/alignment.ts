import { isName } from "./lexer.ts";
import { skeletonOf } from "./skeleton.ts";
import type { TokenLog } from "./tokenLog.ts";

/** How the tokens before a place are those before the cursor, each name there always standing for the same one here. */
export interface Alignment {
  /** How many tokens agree so, and how many of the nearest are the very same. */
  readonly tokens: number;
  readonly sameTokens: number;
  /** What a name there is here. */
  readonly names: ReadonlyMap<number, number>;
}

const mostTokens = 16;

/** Aligns the tokens of a log before `index`, from `floor` on, with those at the end of `tail`. */
export function align(tail: Int32Array, log: TokenLog, index: number, floor: number): Alignment {
  const names = new Map<number, number>();
  const back = new Map<number, number>();
  const most = Math.min(mostTokens, index - floor);
  let tokens = 0;
  let sameTokens = 0;
  for (; tokens < most; tokens += 1) {
    const there = log.hashAt(index - 1 - tokens);
    const here = tail[tail.length - 1 - tokens] ?? 0;
    const form = skeletonOf(there);
    if (form !== skeletonOf(here)) break;
    if (isName(there)) {
      if ((names.get(there) ?? here) !== here || (back.get(here) ?? there) !== there) break;
      names.set(there, here);
      back.set(here, there);
    }
    if (there === here && sameTokens === tokens) sameTokens += 1;
  }
  return { tokens, sameTokens, names };
}

/** Whether so many tokens before `index` have the form of those at the end of `tail`. */
export function isAlike(tail: Int32Array, log: TokenLog, index: number, tokens: number): boolean {
  for (let back = 1; back <= tokens; back += 1) {
    if (skeletonOf(log.hashAt(index - back)) !== skeletonOf(tail[tail.length - back] ?? 0))
      return false;
  }
  return true;
}

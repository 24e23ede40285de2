import { align, isAlike } from "./alignment.ts";
import {
  contextKeys,
  contextTokens,
  longOrder,
  orders,
  rareOrder,
  skeletonOrder,
} from "./contexts.ts";
import { type Corpus, nearness as nearnesses, type Place } from "./corpus.ts";
import { isLineEnd, isName, isSpaceCode, newlineHash, tokenEnd } from "./lexer.ts";
import type { TokenLog } from "./tokenLog.ts";

/** What stands at the place that is to be gone on from. */
export interface Spot {
  /** The hashes of the tokens before it, the last at the end. */
  readonly tail: Int32Array;
  /** The text of each of them. */
  readonly texts: ReadonlyMap<number, string>;
  /** The begin of the token that is looked for; empty where nothing of it is known. */
  readonly prefix: string;
  /** `needed`: blanks stand there already; `given`: those before a token go with it; `none`: they are left out. */
  readonly blanks: "needed" | "given" | "none";
}

/** A token that may come next, and what speaks for it. */
export interface Candidate {
  /** Of the whole token; `newlineHash` for the line's end. */
  readonly hash: number;
  /** What is to be inserted: the token without its known begin, and the blanks before it. */
  readonly text: string;
  /** The weight of its votes by what kind of match speaks for it. */
  readonly weights: number[];
  /** The weight of all its votes, and of those from the open document. */
  total: number;
  live: number;
  /** How near the nearest vote above the cursor is, 0 to 1. */
  nearest: number;
}

/** Matches of lengths from each of these on are alike, in tokens; each is a kind of match. */
const lengths = [0, 1, 2, 3, 4, 5, 6, 8, 12, 16];
/** So are alignments of names that differ, from each of these on. */
const alignments = [6, 8, 12];
/** The last kind: the line above begins the same. */
const lineKind = lengths.length + alignments.length;
export const kindCount = lineKind + 1;

/** No weight of any kind yet. Not a typed array: to make one for each candidate took two thirds of the time of the votes. */
export const noWeights = (): number[] => Array<number>(kindCount).fill(0);

const kindOf = Uint8Array.from({ length: contextTokens + 1 }, (_, tokens) =>
  lengths.findLastIndex((least) => least <= tokens),
);

/** By nearness: elsewhere, in the same folder, below and above the cursor. */
const weights = [1, 2, 6, 8];
/** A name that the alignment does not know is a guess. */
const guessWeight = 0.3;
/** Matches so long have been counted for what they are. */
const sameInAlignment = 5;
const sameInLine = 4;

/** How many places of other contexts may be passed over for each that is looked at. */
const strangersPerPlace = 4;
/** After so many votes of the project shorter contexts are not looked for. */
const enoughVotes = 8;
/** Short contexts are common: what comes at them in so many corpora is what comes in all. */
const sampledCorpora = 4;
const tellingTokens = 3;
const keys = new Int32Array(orders.length);
const rareTokens = orders[rareOrder]?.tokens ?? Infinity;

/** Where votes come from: the open document, and the project, the nearest parts first. */
export interface Electorate {
  readonly open: readonly Corpus[];
  readonly project: readonly Corpus[];
}

/** All that speaks for one token or another to come next. */
export class Election {
  readonly #spot: Spot;
  readonly #isLineStart: boolean;
  readonly #candidates: Candidate[] = [];
  /** By their tokens: those that are to stand behind blanks, and the others. */
  readonly #spaced = new Map<number, Candidate>();
  readonly #unspaced = new Map<number, Candidate>();
  #longestTokens = 0;
  #votes = 0;

  /** Looks for the places with the widest contexts that are the same, and counts what comes at them. */
  constructor(spot: Spot, { open, project }: Electorate) {
    this.#spot = spot;
    this.#isLineStart = isLineEnd(spot.tail[spot.tail.length - 1] ?? 0);
    const { tail, prefix } = spot;
    contextKeys({ hashes: tail, end: tail.length, floor: 0 }, prefix.charCodeAt(0), keys);
    this.#countIn(open, Infinity);
    this.#countIn(project, enoughVotes);
  }

  get candidates(): readonly Candidate[] {
    return this.#candidates;
  }

  /** The longest match, in tokens. */
  get longestTokens(): number {
    return this.#longestTokens;
  }

  /** From the longest contexts to the shortest, until there is enough to go by. */
  #countIn(corpora: readonly Corpus[], enoughVotes: number): void {
    const isBegun = this.#spot.prefix !== "";
    const firstVote = this.#votes;
    for (const corpus of corpora) {
      this.#countAligned(corpus);
      if (this.#isLineStart) this.#countLines(corpus);
    }
    // Where a token's begin is known the chains that have its first sign reach further than those of longer contexts.
    const seen = isBegun ? corpora.map(() => new Set<number>()) : undefined;
    let most = Infinity;
    for (let order = longOrder; order >= 0; order -= 1) {
      const { kind, tokens } = orders[order] ?? { kind: "begun", tokens: 0 };
      if (kind === "long" && this.#isLineStart) continue;
      if (tokens < 2 && (kind === "begun") !== isBegun) continue;
      const asked = tokens < tellingTokens ? sampledCorpora : corpora.length;
      for (let number = 0; number < asked; number += 1) {
        const corpus = corpora[number];
        if (corpus) this.#count(corpus, order, { least: tokens, most, seen: seen?.[number] });
      }
      // A place is on the chains of its shorter contexts too; it counts once, on its longest.
      if (!isBegun) most = tokens;
      if (this.#votes - firstVote >= enoughVotes) return;
    }
  }

  #count(
    corpus: Corpus,
    order: number,
    range: { least: number; most: number; seen: Set<number> | undefined },
  ): void {
    const { least, most, seen } = range;
    const { log } = corpus;
    if (least > rareTokens && !log.mayHave(keys[rareOrder] ?? 0, rareOrder)) return;
    const { tail, prefix } = this.#spot;
    const code = prefix === "" ? 0 : prefix.charCodeAt(0);
    let left = corpus.visitLimit;
    let walk = left * strangersPerPlace;
    let index = log.newest(keys[order] ?? 0, order);
    for (; index > 0 && left > 0 && walk > 0; index = log.older(index, order), walk -= 1) {
      if (!log.follows(tail, index, least)) continue; // before its text is looked for, which takes longer
      if (code > 0 && log.codeAt(index) !== code) continue;
      const place = corpus.placeOf(index);
      if (!place || !this.#mayCome(log, index, place)) continue;
      const tokens = sharedTokens(tail, log, index, place.floor);
      if (tokens < least) continue;
      left -= 1;
      if (tokens >= most || seen?.has(index) === true) continue;
      seen?.add(index);
      this.#longestTokens = Math.max(this.#longestTokens, tokens);
      this.#vote(log, index, place, { kind: kindOf[tokens] ?? 0, scale: 1 });
    }
  }

  /** Where a line stands above that begins as the one above the cursor. */
  #countLines(corpus: Corpus): void {
    const { log } = corpus;
    const { tail } = this.#spot;
    const last = tail[tail.length - 1];
    let left = corpus.visitLimit;
    let walk = left * strangersPerPlace;
    let index = log.newest(keys[longOrder] ?? 0, longOrder);
    for (; index > 0 && left > 0 && walk > 0; index = log.older(index, longOrder), walk -= 1) {
      if (log.hashAt(index - 1) !== last) continue;
      const place = corpus.placeOf(index);
      if (!place || !this.#mayCome(log, index, place)) continue;
      left -= 1;
      if (sharedTokens(tail, log, index, place.floor) >= sameInLine) continue;
      this.#vote(log, index, place, { kind: lineKind, scale: 1 });
    }
  }

  /** Where the same stands but for the names; a name there is voted for as the one it is here. */
  #countAligned(corpus: Corpus): void {
    const { log } = corpus;
    const { tail, texts } = this.#spot;
    const least = alignments[0] ?? 0;
    let left = corpus.visitLimit;
    let walk = left * strangersPerPlace;
    let index = log.newest(keys[skeletonOrder] ?? 0, skeletonOrder);
    for (; index > 0 && left > 0 && walk > 0; index = log.older(index, skeletonOrder), walk -= 1) {
      if (!isAlike(tail, log, index, least)) continue;
      const place = corpus.placeOf(index);
      if (!place) continue;
      if (index - place.floor >= least && log.follows(tail, index, least)) {
        left -= 1; // the very same, which is passed over below too, but takes longer to align
        continue;
      }
      const { tokens, sameTokens, names } = align(tail, log, index, place.floor);
      if (tokens < least) continue;
      left -= 1;
      if (sameTokens >= sameInAlignment) continue;
      const kind = lengths.length + alignments.findLastIndex((from) => from <= tokens);
      const hash = log.hashAt(index);
      const here = isName(hash) ? names.get(hash) : undefined;
      const text = here === undefined ? undefined : texts.get(here);
      if (here !== undefined && text !== undefined)
        this.#vote(log, index, place, { kind, scale: 1, name: { hash: here, text } });
      else if (this.#mayCome(log, index, place))
        this.#vote(log, index, place, { kind, scale: isName(hash) ? guessWeight : 1 });
    }
  }

  #mayCome(log: TokenLog, index: number, { text }: Place): boolean {
    const { prefix } = this.#spot;
    return prefix === "" || text.startsWith(prefix, log.offsetAt(index));
  }

  /** Counts what comes at a place, or the name that stands for it here. */
  #vote(log: TokenLog, index: number, { text, nearness }: Place, vote: Vote): void {
    const { prefix, blanks: rule } = this.#spot;
    const start = log.offsetAt(index);
    const own = log.hashAt(index);
    const isEnd = isLineEnd(own);
    const hash = isEnd ? newlineHash : (vote.name?.hash ?? own);
    if (isEnd ? prefix !== "" : vote.name?.text.startsWith(prefix) === false) return;
    const blanks = rule === "none" || isEnd ? 0 : blanksBefore(text, start);
    if (rule === "needed" && blanks === 0 && !isEnd) return;
    const isSpaced = rule === "given" && blanks > 0;
    const byToken = isSpaced ? this.#spaced : this.#unspaced;
    let candidate = byToken.get(hash);
    if (!candidate) {
      const token = isEnd ? "" : (vote.name?.text ?? text.slice(start, tokenEnd(text, start)));
      const before = isSpaced ? text.slice(start - blanks, start) : "";
      candidate = {
        hash,
        text: before + token.slice(prefix.length),
        weights: noWeights(),
        total: 0,
        live: 0,
        nearest: 0,
      };
      byToken.set(hash, candidate);
      this.#candidates.push(candidate);
    }
    this.#votes += 1;
    const distance = log.count - index;
    const isAbove = nearness === nearnesses.above;
    const recency = isAbove ? 0.5 + 3 / (1 + distance / 200) : 1;
    const weight = vote.scale * (weights[nearness] ?? 1) * recency;
    candidate.weights[vote.kind] = (candidate.weights[vote.kind] ?? 0) + weight;
    candidate.total += weight;
    if (nearness >= nearnesses.below) candidate.live += weight;
    if (isAbove) candidate.nearest = Math.max(candidate.nearest, 1 / (1 + distance / 50));
  }
}

/** What kind of match speaks, how much its weight is scaled, and what stands here for the name that comes there. */
interface Vote {
  readonly kind: number;
  readonly scale: number;
  readonly name?: { readonly hash: number; readonly text: string };
}

/** How many tokens before a place are those at the end of the tail. */
function sharedTokens(tail: Int32Array, log: TokenLog, index: number, floor: number): number {
  const most = Math.min(contextTokens, index - floor);
  let shared = 0;
  while (shared < most && log.hashAt(index - 1 - shared) === tail[tail.length - 1 - shared])
    shared += 1;
  return shared;
}

/** How many blanks stand before the offset on its line. */
function blanksBefore(text: string, offset: number): number {
  let start = offset;
  while (start > 0 && isSpaceCode(text.charCodeAt(start - 1))) start -= 1;
  return offset - start;
}

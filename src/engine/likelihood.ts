import { lineStartIn } from "./contexts.ts";
import { tokenWeights } from "./fitted.ts";
import { isLineEnd, isSignHash } from "./lexer.ts";
import { type Candidate, kindCount, noWeights, type Spot } from "./votes.ts";

/** What the line so far says of its next token. */
export interface LineState {
  /** 0 at a line's start, 1 where a token is begun, 2 elsewhere. */
  readonly situation: 0 | 1 | 2;
  /** How many brackets are open on the line. */
  readonly depth: number;
  /** The quote that is open on the line; 0 for none. */
  readonly quote: number;
  /** The tokens of the line. */
  readonly tokens: ReadonlySet<number>;
  /** The first token of the line below the cursor; 0 for none. */
  readonly below: number;
}

const codesOf = (...signs: string[]) => new Set(signs.map((sign) => sign.charCodeAt(0)));
const openers = codesOf("(", "[", "{");
const closers = codesOf(")", "]", "}");
const quotes = codesOf('"', "'", "`");

/** Reads the line so far off the tokens before a spot, as far as they are known. */
export function lineStateOf({ tail, prefix }: Spot, below: number): LineState {
  const start = lineStartIn(tail, tail.length);
  let depth = 0;
  let quote = 0;
  const tokens = new Set<number>();
  for (const hash of tail.subarray(start)) {
    tokens.add(hash);
    if (quotes.has(hash)) quote = quote === hash ? 0 : quote === 0 ? hash : quote;
    if (openers.has(hash)) depth += 1;
    if (closers.has(hash)) depth -= 1;
  }
  return {
    situation: prefix !== "" ? 1 : start === tail.length ? 0 : 2,
    depth,
    quote,
    tokens,
    below,
  };
}

const ownTraits = 16;
/** How many numbers `eachTraits` gives. */
export const traitCount = ownTraits + 2 * kindCount;

/** The traits of one candidate at a time: to make room for those of all took longer than to work them out. */
const traits = new Float64Array(traitCount);

/**
 * Calls `look` for each candidate with what its likelihood is worked out from, `traitCount` numbers that are others' at the
 * next call.
 */
export function eachTraits(
  candidates: readonly Candidate[],
  state: LineState,
  look: (traits: Float64Array, index: number) => void,
): void {
  const totals = noWeights();
  for (const { weights } of candidates) {
    for (let kind = 0; kind < kindCount; kind += 1)
      totals[kind] = (totals[kind] ?? 0) + (weights[kind] ?? 0);
  }
  const shares = blended(candidates, totals);
  for (const [index, candidate] of candidates.entries()) {
    const ofLine = lineTraits(candidate, state, shares[index] ?? 0);
    for (let own = 0; own < ownTraits; own += 1) traits[own] = ofLine[own] ?? 0;
    for (let kind = 0; kind < kindCount; kind += 1) {
      const weight = candidate.weights[kind] ?? 0;
      traits[ownTraits + kind] = weight === 0 ? 0 : Math.log1p(weight);
      traits[ownTraits + kindCount + kind] = weight === 0 ? 0 : weight / (totals[kind] ?? 1);
    }
    look(traits, index);
  }
}

function lineTraits(candidate: Candidate, state: LineState, share: number): number[] {
  const { hash, live, total, nearest, text } = candidate;
  const isEnd = isLineEnd(hash);
  const isWord = !isEnd && !isSignHash(hash);
  const is = (condition: boolean) => (condition ? 1 : 0);
  return [
    Math.log(share + 1e-6),
    share,
    Math.log1p(live),
    Math.log1p(total - live),
    is(isEnd),
    is(isWord),
    is(text.startsWith(" ")),
    nearest,
    is(closers.has(hash) && state.depth <= 0),
    is(closers.has(hash) && state.depth > 0),
    is(isEnd && state.depth > 0),
    is(isWord && state.tokens.has(hash)),
    is(state.situation === 0 && hash === state.below),
    is(quotes.has(hash) && state.quote === hash) - is(quotes.has(hash) && state.quote === 0),
    is(isEnd && state.quote !== 0),
    is(text === "" && !isEnd),
  ];
}

/** By kind of match, how much its voters leave to the others: the more different things they say, the more. */
const doubts = [2, 1.5, 1, 0.8, 0.6, 0.5, 0.4, 0.3, 0.25, 0.2, 1.5, 1, 0.8, 1];
/** The kinds of match, those first that are right most often. */
const ranking = [9, 8, 7, 6, 12, 5, 11, 4, 10, 3, 13, 2, 1, 0];

/** The share of each candidate when the better kinds of match have their say first and leave the rest to the others. */
function blended(candidates: readonly Candidate[], totals: readonly number[]): Float64Array {
  const shares = new Float64Array(candidates.length);
  let left = 1;
  for (const kind of ranking) {
    const total = totals[kind] ?? 0;
    if (total === 0) continue;
    const voices = candidates.reduce((sum, { weights }) => sum + (weights[kind] ? 1 : 0), 0);
    const said = left * (total / (total + (doubts[kind] ?? 1) * voices));
    for (const [index, { weights }] of candidates.entries())
      shares[index] = (shares[index] ?? 0) + (said * (weights[kind] ?? 0)) / total;
    left -= said;
  }
  return shares;
}

/** How likely each candidate is, 0 to 1; what is left to 1 is that it is none of them. */
export function likelihoods(candidates: readonly Candidate[], state: LineState): Float64Array {
  const weights = tokenWeights[state.situation] ?? [];
  const likelihoods = new Float64Array(candidates.length);
  let sum = Math.exp(weights[traitCount] ?? 0);
  eachTraits(candidates, state, (traits, index) => {
    let score = 0;
    for (let trait = 0; trait < traitCount; trait += 1)
      score += (traits[trait] ?? 0) * (weights[trait] ?? 0);
    const likelihood = Math.exp(score);
    likelihoods[index] = likelihood;
    sum += likelihood;
  });
  for (let index = 0; index < likelihoods.length; index += 1)
    likelihoods[index] = (likelihoods[index] ?? 0) / sum;
  return likelihoods;
}

import { eachTraits, traitCount, type LineState } from "../../../src/engine/likelihood.ts";
import type { Candidate } from "../../../src/engine/votes.ts";

/** One choice among candidates: their traits, and which one came; below 0 for none of them. */
interface Choice {
  readonly traits: Float32Array;
  readonly count: number;
  readonly right: number;
}

const situations = 3;
const rounds = 12;
const batch = 32;
const firstRate = 0.02;
const shrinkage = 1e-4;
/** The largest score whose exponential is still told apart from others. */
const mostScore = 30;

/** The weights under which the tokens that came are likeliest, by stochastic ascent (Adam). */
export class TokenFit {
  readonly #choices: Choice[][] = Array.from({ length: situations }, () => []);
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  add(candidates: readonly Candidate[], state: LineState, right: number): void {
    if (candidates.length === 0) return;
    const traits = new Float32Array(candidates.length * traitCount);
    eachTraits(candidates, state, (each, index) => {
      traits.set(each, index * traitCount);
    });
    this.#choices[state.situation]?.push({ traits, count: candidates.length, right });
  }

  /** By situation: a weight for each trait, then the score of none of the candidates. */
  weights(): number[][] {
    return this.#choices.map((choices) =>
      [...this.#fit(choices)].map((weight) => Number(weight.toFixed(3))),
    );
  }

  #fit(choices: readonly Choice[]): Float64Array {
    const size = traitCount + 1;
    const weights = new Float64Array(size);
    weights[0] = 1;
    weights[traitCount] = -4;
    const mean = new Float64Array(size);
    const square = new Float64Array(size);
    let steps = 0;
    for (let round = 0; round < rounds; round++) {
      const rate = firstRate / (1 + round / 2);
      for (let done = 0; done < choices.length; done += batch) {
        const slope = new Float64Array(size);
        for (let each = 0; each < batch; each++) {
          const choice = choices[Math.floor(this.#random() * choices.length)];
          if (choice) addSlope(slope, weights, choice);
        }
        steps++;
        for (let at = 0; at < size; at++) {
          const own = (slope[at] ?? 0) / batch - shrinkage * (weights[at] ?? 0);
          mean[at] = 0.9 * (mean[at] ?? 0) + 0.1 * own;
          square[at] = 0.999 * (square[at] ?? 0) + 0.001 * own * own;
          const spread = Math.sqrt((square[at] ?? 0) / (1 - 0.999 ** steps)) + 1e-8;
          weights[at] = (weights[at] ?? 0) + (rate * (mean[at] ?? 0)) / (1 - 0.9 ** steps) / spread;
        }
      }
    }
    return weights;
  }
}

/** Adds how much likelier what came becomes with each weight. */
function addSlope(slope: Float64Array, weights: Float64Array, { traits, count, right }: Choice) {
  const none = Math.exp(weights[traitCount] ?? 0);
  const likelihoods = new Float64Array(count);
  let sum = none;
  for (let index = 0; index < count; index++) {
    let score = 0;
    for (let at = 0; at < traitCount; at++)
      score += (traits[index * traitCount + at] ?? 0) * (weights[at] ?? 0);
    likelihoods[index] = Math.exp(Math.min(score, mostScore));
    sum += likelihoods[index] ?? 0;
  }
  for (let index = 0; index < count; index++) {
    const off = (index === right ? 1 : 0) - (likelihoods[index] ?? 0) / sum;
    for (let at = 0; at < traitCount; at++)
      slope[at] = (slope[at] ?? 0) + off * (traits[index * traitCount + at] ?? 0);
  }
  slope[traitCount] = (slope[traitCount] ?? 0) + (right < 0 ? 1 : 0) - none / sum;
}

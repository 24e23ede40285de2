import { confidenceWeights } from "./fitted.ts";
import type { Step } from "./decode.ts";
import type { Cursor } from "./cursor.ts";

/** How much there is to copy from: where it is little, what is met once is all there is. */
export interface Known {
  readonly liveChars: number;
  readonly projectChars: number;
}

/**
 * What the confidence in a step is worked out from; the first is always 1.
 */
export function featuresOf(
  step: Step,
  index: number,
  { prefix, isLineStart }: Cursor,
  known: Known,
): number[] {
  const hasPrefix = prefix === "" ? 0 : 1;
  const isStart = isLineStart ? 1 : 0;
  const log = Math.log(step.probability);
  const isWord = /[\w$]$/.test(step.text) ? 1 : 0;
  return [
    1,
    log,
    Math.log(step.leastProbability),
    Math.log1p(step.firstMatch),
    Math.log1p(step.lastMatch),
    Math.log1p(index),
    Math.min(prefix.length, 6) / 6,
    hasPrefix,
    Math.log1p(step.text.length),
    step.endProbability > 0 ? 1 : 0,
    isStart,
    step.endProbability,
    step.lastProbability,
    step.margin,
    Math.log1p(step.rivals),
    Math.log(step.support),
    step.liveShare,
    isWord,
    Math.log1p(known.liveChars),
    Math.log1p(known.projectChars),
    hasPrefix * log,
    isStart * log,
    step.probability,
  ];
}

/** How likely it is that all of a step is what will be written, 0 to 1. */
export function confidenceIn(features: readonly number[]): number {
  let sum = 0;
  for (const [index, feature] of features.entries())
    sum += feature * (confidenceWeights[index] ?? 0);
  return 1 / (1 + Math.exp(-sum));
}

import { type TokenUsage } from "../wire/messages.ts";

/** What one model was used for on one day. */
export interface ModelUse {
  /** The local day, as `2026-03-14`. */
  readonly day: string;
  /** As the gateway names it. */
  readonly upstream: string;
  /** Requests that ended well. */
  answers: number;
  /** Those of them whose tokens the model's server counted. */
  countedAnswers: number;
  inputTokens: number;
  /** Of the input: what the server did not compute anew. */
  cachedTokens: number;
  outputTokens: number;
  /** What the counted answers had, in UTF-16 units. */
  countedChars: number;
  cancels: number;
  /** What had come of the cancelled ones, in UTF-16 units. */
  cancelledChars: number;
  /** Requests that a nearly certain draft made needless. */
  skipped: number;
  /** Keys that were answered from what was known. */
  fromCache: number;
}

const maxUses = 100;

/** What the models were used for, by day. */
export class ModelUses {
  #uses: ModelUse[] = [];

  get all(): readonly ModelUse[] {
    return this.#uses;
  }

  /** The use of a model on the day of this time, to be added to. */
  of(upstream: string, wallMs: number): ModelUse {
    const day = dayOf(wallMs);
    const found = this.#uses.find((use) => use.upstream === upstream && use.day === day);
    if (found) return found;
    const use = { ...nothing, upstream, day };
    this.#uses.push(use);
    if (this.#uses.length > maxUses) this.#uses.shift();
    return use;
  }

  clear(): void {
    this.#uses = [];
  }
}

/** Counts an answer that ended well. */
export function countAnswer(use: ModelUse, usage: TokenUsage | undefined, chars: number): void {
  use.answers++;
  if (!usage) return;
  use.countedAnswers++;
  use.inputTokens += usage.inputTokens;
  use.cachedTokens += usage.cachedTokens ?? 0;
  use.outputTokens += usage.outputTokens;
  use.countedChars += chars;
}

/**
 * About how many tokens were not written since requests were cancelled, an estimate: as if each would have become as long
 * as those that ended are on average. What was really spared nobody can know. Undefined where no server counts.
 */
export function savedByCancelling(use: ModelUse): number | undefined {
  const { countedAnswers, outputTokens, countedChars, cancels, cancelledChars } = use;
  if (countedAnswers === 0) return undefined;
  const tokensOfChar = countedChars === 0 ? 0 : outputTokens / countedChars;
  const whole = cancels * (outputTokens / countedAnswers);
  return Math.max(0, Math.round(whole - cancelledChars * tokensOfChar));
}

function dayOf(wallMs: number): string {
  const at = new Date(wallMs);
  const pad = (value: number) => `${value}`.padStart(2, "0");
  return `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`;
}

const nothing = {
  answers: 0,
  countedAnswers: 0,
  inputTokens: 0,
  cachedTokens: 0,
  outputTokens: 0,
  countedChars: 0,
  cancels: 0,
  cancelledChars: 0,
  skipped: 0,
  fromCache: 0,
};

import * as z from "zod/mini";
import type { TokenUsage } from "../wire/messages.ts";

const count = z.number().check(z.gte(0));
/** What an older version did not count. */
const newCount = z._default(count, 0);

/** What a use counts. */
const countsSchema = {
  /** Requests for a completion that ended well. */
  answers: count,
  /** Those of them whose tokens the model's server counted. */
  countedAnswers: count,
  inputTokens: count,
  /** Of the input: what the server did not compute anew. */
  cachedTokens: count,
  outputTokens: count,
  /** What the counted answers had, in UTF-16 units. */
  countedChars: count,
  /** Requests that were given up, which ended the model's work. */
  cancels: count,
  /** What had come of the cancelled ones, in UTF-16 units. */
  cancelledChars: count,
  /** Requests that were given up though the model's server cannot be stopped: they were written to their end. */
  ranOn: newCount,
  /** Requests that a nearly certain draft made needless. */
  skipped: count,
  /** Keys that were answered from what was known of the model's. */
  fromCache: count,
  /** Questions of the chat and edits that were answered, and their tokens where they are counted. */
  chats: newCount,
  chatInputTokens: newCount,
  chatCachedTokens: newCount,
  chatOutputTokens: newCount,
};

const modelUseSchema = z.object({
  /** The local day, as `2026-03-14`. */
  day: z.string().check(z.regex(/^\d{4}-\d\d-\d\d$/)),
  /** As the gateway names it. */
  upstream: z.string(),
  ...countsSchema,
});

const fileSchema = z.array(modelUseSchema);

type Identity = "day" | "upstream";
type Parsed = z.infer<typeof modelUseSchema>;

/** What one model was used for on one day. */
export type ModelUse = Readonly<Pick<Parsed, Identity>> & Omit<Parsed, Identity>;

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

/** The text of a file that keeps uses. */
export const usesToJson = (uses: readonly ModelUse[]): string => JSON.stringify(uses);

/** Reads such a file; throws where it makes no sense. */
export const usesFromJson = (text: string): ModelUse[] => fileSchema.parse(JSON.parse(text));

/** The uses of several windows as one, by day and model, in new objects. */
export function mergedUses(uses: readonly ModelUse[]): ModelUse[] {
  const merged = new Map<string, ModelUse>();
  for (const use of uses) {
    const key = `${use.day} ${use.upstream}`;
    const sum = merged.get(key) ?? { ...nothing, day: use.day, upstream: use.upstream };
    for (const name of countNames) sum[name] += use[name];
    merged.set(key, sum);
  }
  return [...merged.values()];
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

/** Counts an answer of the chat that ended well. */
export function countChat(use: ModelUse, usage: TokenUsage | undefined): void {
  use.chats++;
  if (!usage) return;
  use.chatInputTokens += usage.inputTokens;
  use.chatCachedTokens += usage.cachedTokens ?? 0;
  use.chatOutputTokens += usage.outputTokens;
}

/** The end of `MODEL (KIND) at HOST`, as the gateway names a model, or of `KIND at HOST`. */
const responses = /(^|\()openai-responses\)? at \S+$/;

/** Whether what is given up is written to its end all the same, and nothing saved: OpenAI's protocol has no cancel. */
export const runsOn = (upstream: string): boolean => responses.test(upstream);

/** Whether the model's server counts tokens. */
export const isCounted = ({ countedAnswers, chatInputTokens }: ModelUse): boolean =>
  countedAnswers > 0 || chatInputTokens > 0;

/**
 * About how many tokens were not written since requests were cancelled, an estimate: as if each would have become as long
 * as those that ended are on average. What was really spared nobody can know. Undefined where no server counts, and where
 * none that was cancelled could be stopped.
 */
export function savedByCancelling(use: ModelUse): number | undefined {
  const { countedAnswers, outputTokens, cancels, ranOn } = use;
  if (countedAnswers === 0 || (cancels === 0 && ranOn > 0)) return undefined;
  const whole = cancels * (outputTokens / countedAnswers);
  return Math.max(0, Math.round(whole - writtenOfCancelled(use)));
}

/** About how many tokens of the cancelled requests were written until then. */
export const writtenOfCancelled = (use: ModelUse): number =>
  use.countedChars === 0 ? 0 : use.cancelledChars * (use.outputTokens / use.countedChars);

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
  ranOn: 0,
  skipped: 0,
  fromCache: 0,
  chats: 0,
  chatInputTokens: 0,
  chatCachedTokens: 0,
  chatOutputTokens: 0,
};

const countNames = Object.keys(nothing) as (keyof typeof nothing)[];

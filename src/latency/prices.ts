import * as z from "zod/mini";
import { type ModelUse, savedByCancelling } from "./modelUse.ts";

const amount = z.number().check(z.gte(0));

/** What a model costs, for a million tokens each, in whatever currency the person counts in. */
export const priceSchema = z.object({
  input: amount,
  output: amount,
  /** Of input that the server had cached; as `input` where it is missing. */
  cachedInput: z.optional(amount),
});

export type Price = z.infer<typeof priceSchema>;
export type Prices = Readonly<Record<string, Price>>;

/** What a day of a model cost and what was saved. All of the saved are estimates. */
export interface Cost {
  readonly spent: number;
  /** Keys answered from what was known, each as if it had been a request of the average cost. */
  readonly savedByCache: number;
  /** The tokens of `savedByCancelling`. */
  readonly savedByCancelling: number;
  /** Requests that a certain draft made needless, each of the average cost. */
  readonly savedBySkipping: number;
}

const perTokens = 1_000_000;

/** The price of a model: of the longest name that is part of the model's, or of `*`. */
export function priceOf(upstream: string, prices: Prices): Price | undefined {
  const names = Object.keys(prices).filter((name) => name !== "*" && upstream.includes(name));
  const [longest = "*"] = names.sort((a, b) => b.length - a.length);
  return prices[longest];
}

/** What a use cost; undefined where there is no price, or no server that counts tokens. */
export function costOf(use: ModelUse, prices: Prices): Cost | undefined {
  const price = priceOf(use.upstream, prices);
  if (!price || use.countedAnswers === 0) return undefined;
  const { inputTokens, cachedTokens, outputTokens, countedAnswers, fromCache, skipped } = use;
  const computed = inputTokens - cachedTokens;
  const cached = cachedTokens * (price.cachedInput ?? price.input);
  const spent = (computed * price.input + cached + outputTokens * price.output) / perTokens;
  const each = spent / countedAnswers;
  return {
    spent,
    savedByCache: fromCache * each,
    savedByCancelling: ((savedByCancelling(use) ?? 0) * price.output) / perTokens,
    savedBySkipping: skipped * each,
  };
}

import * as z from "zod/mini";
import { isCounted, type ModelUse, savedByCancelling, writtenOfCancelled } from "./modelUse.ts";

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

/** What a day of a model cost and what was saved. All but the first are estimates, missing where nothing tells them. */
export interface Cost {
  /** The completions that ended well and the chats, as the server counted them. */
  readonly spent: number;
  /** Cancelled requests, each with the input of the average one and what had been written, or all where it ran on. */
  readonly cancelled: number | undefined;
  /** Keys answered from what was known of the model's, each as if it had been a request of the average cost. */
  readonly savedByCache: number | undefined;
  /** The tokens of `savedByCancelling`. */
  readonly savedByCancelling: number | undefined;
  /** Requests that a certain draft made needless, each of the average cost. */
  readonly savedBySkipping: number | undefined;
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
  if (!price || !isCounted(use)) return undefined;
  const { countedAnswers, cancels, ranOn, fromCache, skipped } = use;
  const input = inputCost(use.inputTokens, use.cachedTokens, price);
  const output = (tokens: number) => (tokens * price.output) / perTokens;
  const completions = input + output(use.outputTokens);
  const chats =
    inputCost(use.chatInputTokens, use.chatCachedTokens, price) + output(use.chatOutputTokens);
  const spent = completions + chats;
  const averageOf = (whole: number, times: number) =>
    countedAnswers === 0 ? undefined : (whole / countedAnswers) * times;
  const read = averageOf(input, cancels);
  const saved = savedByCancelling(use);
  return {
    spent,
    cancelled:
      read === undefined
        ? undefined
        : read + output(writtenOfCancelled(use)) + (averageOf(completions, ranOn) ?? 0),
    savedByCache: averageOf(completions, fromCache),
    savedByCancelling: saved === undefined ? undefined : output(saved),
    savedBySkipping: averageOf(completions, skipped),
  };
}

/** What input cost, of which so much was cached. */
function inputCost(tokens: number, cachedTokens: number, price: Price): number {
  const cached = cachedTokens * (price.cachedInput ?? price.input);
  return ((tokens - cachedTokens) * price.input + cached) / perTokens;
}

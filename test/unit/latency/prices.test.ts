import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ModelUse } from "../../../src/latency/modelUse.ts";
import { costOf, priceOf } from "../../../src/latency/prices.ts";

const use: ModelUse = {
  day: "2026-03-14",
  upstream: "codestral-latest (openai-compatible) at api.example.com",
  answers: 4,
  countedAnswers: 4,
  inputTokens: 4_000_000,
  cachedTokens: 3_000_000,
  outputTokens: 400_000,
  countedChars: 800_000,
  cancels: 2,
  cancelledChars: 0,
  ranOn: 0,
  skipped: 1,
  fromCache: 10,
  chats: 0,
  chatInputTokens: 0,
  chatCachedTokens: 0,
  chatOutputTokens: 0,
};
const near = (value: number | undefined, expected: number) => {
  assert.ok(value !== undefined && Math.abs(value - expected) < 1e-9, `${value}`);
};
const price = { input: 1, output: 2, cachedInput: 0.1 };

describe("what a model costs", () => {
  it("is of the longest name that is part of the model's, or of the star", () => {
    const [short, long, star] = [1, 2, 3].map((input) => ({ input, output: 0 }));
    const prices = { codestral: short, "codestral-latest": long, "*": star } as never;
    assert.equal(priceOf(use.upstream, prices), long);
    assert.equal(priceOf("another", prices), star);
    assert.equal(priceOf("another", {}), undefined);
  });

  it("counts input, cached input and output, and what was saved at the average request", () => {
    const cost = costOf(use, { codestral: price });
    const spent = 1 + 0.3 + 0.8;
    assert.ok(cost);
    near(cost.spent, spent);
    near(cost.savedByCache, (10 * spent) / 4);
    near(cost.savedBySkipping, spent / 4);
    near(cost.savedByCancelling, (200_000 * 2) / 1_000_000);
  });

  it("estimates what the cancelled ones cost: the average input and what was written, all where it ran on", () => {
    const cost = costOf({ ...use, cancelledChars: 1_000, ranOn: 1 }, { codestral: price });
    const input = 1 + 0.3;
    const written = (1_000 * 400_000) / 800_000;
    near(cost?.cancelled, (2 * input) / 4 + (written * 2) / 1e6 + (input + 0.8) / 4);
  });

  it("has the chats in what was spent, alone where no completion was counted", () => {
    const chats = { chats: 1, chatInputTokens: 1_000_000, chatCachedTokens: 500_000 };
    const cost = costOf({ ...use, ...chats, chatOutputTokens: 100_000 }, { codestral: price });
    near(cost?.spent, 1 + 0.3 + 0.8 + 0.5 + 0.05 + 0.2);
    near(cost?.savedBySkipping, (1 + 0.3 + 0.8) / 4);
    const alone = { ...use, ...chats, countedAnswers: 0, inputTokens: 0, cachedTokens: 0 };
    const { spent, ...estimates } =
      costOf({ ...alone, outputTokens: 0 }, { codestral: price }) ?? {};
    near(spent, 0.55);
    assert.deepEqual(new Set(Object.values(estimates)), new Set([undefined]));
  });

  it("takes the price of input for cached input that has none", () => {
    assert.equal(costOf(use, { "*": { input: 1, output: 0 } })?.spent, 4);
  });

  it("is not said without a price, or where the server counts nothing", () => {
    assert.equal(costOf(use, {}), undefined);
    assert.equal(costOf({ ...use, countedAnswers: 0 }, { "*": price }), undefined);
  });
});

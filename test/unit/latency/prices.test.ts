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
  skipped: 1,
  fromCache: 10,
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
    const near = (value: number, expected: number) => {
      assert.ok(Math.abs(value - expected) < 1e-9, `${value}`);
    };
    near(cost.spent, spent);
    near(cost.savedByCache, (10 * spent) / 4);
    near(cost.savedBySkipping, spent / 4);
    near(cost.savedByCancelling, (200_000 * 2) / 1_000_000);
  });

  it("takes the price of input for cached input that has none", () => {
    assert.equal(costOf(use, { "*": { input: 1, output: 0 } })?.spent, 4);
  });

  it("is not said without a price, or where the server counts nothing", () => {
    assert.equal(costOf(use, {}), undefined);
    assert.equal(costOf({ ...use, countedAnswers: 0 }, { "*": price }), undefined);
  });
});

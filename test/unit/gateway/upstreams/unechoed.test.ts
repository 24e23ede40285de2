import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { unechoed } from "../../../../src/gateway/upstreams/unechoed.ts";
import type { UpstreamAnswer } from "../../../../src/gateway/upstreams/upstream.ts";

// eslint-disable-next-line @typescript-eslint/require-await -- a stand-in for what comes over a socket
async function* answerOf(pieces: readonly string[]): UpstreamAnswer {
  yield* pieces;
  return { stop: "limit", usage: undefined };
}

async function textOf(pieces: readonly string[], before: string): Promise<string> {
  let text = "";
  for await (const piece of unechoed(answerOf(pieces), before)) text += piece;
  return text;
}

const cases: readonly (readonly [before: string, said: string, passed: string])[] = [
  ["a();\n  const total = ", "const total = sum(items);\n", "sum(items);\n"],
  ["a();\n  const total = ", "  const total = sum(items);", "sum(items);"],
  ["const total =", "const total = sum(items);", " sum(items);"],
  ["return", "return total;", " total;"],
  ["const a = fn(", "const a = fn(b);", "b);"],
  ["const total = ", "const total = ", ""],
  ["const total = ", "sum(items);", "sum(items);"],
  ["const total = ", "constant;", "constant;"],
  ["const total = ", "const", "const"],
  ["const total = ", "\nconst total = 1;", "\nconst total = 1;"],
  ["const total = ", "", ""],
  ["std::vector<", "std::vector<int>>", "std::vector<int>>"],
  ["null, null, ", "null, null, 1]", "null, null, 1]"],
  ["long ", "long x;", "long x;"],
  ["0.25 + ", "0.25 + x", "0.25 + x"],
  ["a();\n", "a();\n", "a();\n"],
];

describe("the text of a model that says the begun line once more", () => {
  for (const [before, said, passed] of cases) {
    it(`at ${JSON.stringify(before)} is right of ${JSON.stringify(said)}, in whatever pieces`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(fc.nat({ max: said.length })), async (cuts) => {
          const places = [0, ...cuts.sort((a, b) => a - b), said.length];
          const pieces = places.slice(1).map((to, index) => said.slice(places[index], to));
          assert.equal(await textOf(pieces, before), passed);
        }),
      );
    });
  }

  it("is left by the reader who leaves, so that the model stops", async () => {
    let isLeft = false;
    const said = async function* (): UpstreamAnswer {
      try {
        for (;;) yield await Promise.resolve("a");
      } finally {
        isLeft = true;
      }
    };
    const answer = unechoed(said(), "const total = ");
    await answer.next();
    await answer.return({ stop: "done", usage: undefined });
    assert.equal(isLeft, true);
  });

  it("comes as it is said, and with its end", async () => {
    const answer = unechoed(answerOf(["a", "\n", "b"]), "const total = ");
    assert.deepEqual(await answer.next(), { done: false, value: "a" });
    assert.deepEqual(await answer.next(), { done: false, value: "\n" });
    assert.deepEqual(await answer.next(), { done: false, value: "b" });
    assert.deepEqual((await answer.next()).value, { stop: "limit", usage: undefined });
  });
});

import { describe, it } from "node:test";
import { unechoed } from "../../../../src/gateway/upstreams/unechoed.ts";
import { assertPasses, describeStreaming } from "./answerFilter.ts";

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
      await assertPasses((answer) => unechoed(answer, before), said, passed);
    });
  }

  describeStreaming((answer) => unechoed(answer, "const total = "));
});

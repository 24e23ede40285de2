import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { unfenced } from "../../../../src/gateway/upstreams/unfenced.ts";
import type { UpstreamAnswer } from "../../../../src/gateway/upstreams/upstream.ts";

// eslint-disable-next-line @typescript-eslint/require-await -- a stand-in for what comes over a socket
async function* answerOf(pieces: readonly string[]): UpstreamAnswer {
  yield* pieces;
  return { stop: "limit", usage: undefined };
}

async function textOf(pieces: readonly string[], languageId = "typescript"): Promise<string> {
  let text = "";
  for await (const piece of unfenced(answerOf(pieces), languageId)) text += piece;
  return text;
}

const cases: readonly (readonly [what: string, said: string, passed: string])[] = [
  ["plain code", "return x;", "return x;"],
  ["a fence", "```ts\nreturn x;\n```", "return x;"],
  ["a fence without a language", "```\nreturn x;\n```\n", "return x;"],
  ["blank lines before a fence", "\n\n```ts\na\n```", "a"],
  ["words behind a fence", "```ts\na\n```\nThis returns.", "a"],
  ["a fence that is not closed", "```ts\na\nb", "a\nb"],
  ["an empty fence", "```ts\n```", ""],
  ["a template literal", "`a${b}`;", "`a${b}`;"],
  ["backquotes within code", "x = `\n``` `", "x = `\n``` `"],
  ["blanks alone", "  \n", "  \n"],
  ["indentation first", "\n    return;", "\n    return;"],
  ["nothing", "", ""],
];

describe("the text of a model that likes code fences", () => {
  for (const [what, said, passed] of cases) {
    it(`is right of ${what}, in whatever pieces it comes`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(fc.nat({ max: said.length })), async (cuts) => {
          const places = [0, ...cuts.sort((a, b) => a - b), said.length];
          const pieces = places.slice(1).map((to, index) => said.slice(places[index], to));
          assert.equal(await textOf(pieces), passed);
        }),
      );
    });
  }

  for (const languageId of ["markdown", "mdx", "rmd", "quarto"])
    it(`keeps its fence in ${languageId}, where it may be what was asked for`, async () => {
      const said = "```ts\nreturn x;\n```\nThis returns.";
      assert.equal(await textOf([said], languageId), said);
    });

  it("is left by the reader who leaves, so that the model stops", async () => {
    let isLeft = false;
    const said = async function* (): UpstreamAnswer {
      try {
        for (;;) yield await Promise.resolve("a");
      } finally {
        isLeft = true;
      }
    };
    const answer = unfenced(said(), "typescript");
    await answer.next();
    await answer.return({ stop: "done", usage: undefined });
    assert.equal(isLeft, true);
  });

  it("comes as it is said, and with its end", async () => {
    const answer = unfenced(answerOf(["a", "\n", "b"]), "typescript");
    assert.deepEqual(await answer.next(), { done: false, value: "a" });
    assert.deepEqual(await answer.next(), { done: false, value: "\n" });
    assert.deepEqual(await answer.next(), { done: false, value: "b" });
    assert.deepEqual((await answer.next()).value, { stop: "limit", usage: undefined });
  });
});

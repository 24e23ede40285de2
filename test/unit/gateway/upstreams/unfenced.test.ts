import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { unfenced } from "../../../../src/gateway/upstreams/unfenced.ts";
import { assertPasses, describeStreaming, filtered } from "./answerFilter.ts";

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
      await assertPasses((answer) => unfenced(answer, "typescript"), said, passed);
    });
  }

  for (const languageId of ["markdown", "mdx", "rmd", "quarto"])
    it(`keeps its fence in ${languageId}, where it may be what was asked for`, async () => {
      const said = "```ts\nreturn x;\n```\nThis returns.";
      assert.equal(await filtered((answer) => unfenced(answer, languageId), [said]), said);
    });

  describeStreaming((answer) => unfenced(answer, "typescript"));
});

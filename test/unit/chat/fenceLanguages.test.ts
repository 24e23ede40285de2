import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { languageOfFence } from "../../../src/chat/fenceLanguages.ts";

const known = "c cpp csharp go javascript plaintext python rust shellscript typescript yaml";

void describe("The language of a block of code", () => {
  for (const [fence, language] of [
    ["typescript", "typescript"],
    ["ts", "typescript"],
    ["JS", "javascript"],
    ["py", "python"],
    ["sh", "shellscript"],
    ["bash", "shellscript"],
    ["c++", "cpp"],
    ["c#", "csharp"],
    ["rs", "rust"],
    ["yml", "yaml"],
    ["tsx", "plaintext"], // this editor does not know it
    ["constructor", "plaintext"],
    ["klingon", "plaintext"],
    ["", "plaintext"],
  ] as const) {
    void it(`behind “${fence}” is ${language}`, () => {
      assert.equal(languageOfFence(fence, known.split(" ")), language);
    });
  }

  void it("is the editor's own of that name, where it has such a one", () => {
    assert.equal(languageOfFence("hcl", ["terraform", "hcl"]), "hcl");
  });
});

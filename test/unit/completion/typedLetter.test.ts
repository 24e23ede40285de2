import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isTypedLetter } from "../../../src/completion/typedLetter.ts";

describe("a change is a typed letter", () => {
  for (const text of ["a", "ü", "字", "7", "_", "$", ".", " "])
    it(`where ${JSON.stringify(text)} was put in at the cursor`, () => {
      assert.ok(isTypedLetter([{ rangeOffset: 5, rangeLength: 0, text }], 5));
    });

  for (const text of ["(", '"', "()", "\n", "ab", "", "😀"])
    it(`not where ${JSON.stringify(text)} was put in, which may not stand alone`, () => {
      assert.ok(!isTypedLetter([{ rangeOffset: 5, rangeLength: 0, text }], 5));
    });

  it("not elsewhere than at the cursor, over other text, or at several places", () => {
    const change = { rangeOffset: 5, rangeLength: 0, text: "a" };
    assert.ok(!isTypedLetter([change], 4));
    assert.ok(!isTypedLetter([{ ...change, rangeLength: 1 }], 5));
    assert.ok(!isTypedLetter([change, { ...change, rangeOffset: 9 }], 5));
    assert.ok(!isTypedLetter([], 5));
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ruleText } from "../../../src/privacy/ruleText.ts";

const rules = "# Schlüssel\nsecret/\n\u{1F511}.ts\n";
const utf16 = Buffer.from(`\uFEFF${rules}`, "utf16le");
const latin = (text: string) => Buffer.from(text, "latin1");

describe("the text of an ignore file", () => {
  for (const [what, bytes] of [
    ["UTF-8", Buffer.from(rules)],
    ["UTF-8 with a mark", Buffer.from(`\uFEFF${rules}`)],
    ["UTF-16 as Windows writes it", utf16],
    ["UTF-16 the other way round", Buffer.from(utf16).swap16()],
  ] as const) {
    it(`is read in ${what}`, () => {
      assert.equal(ruleText(bytes), rules);
    });
  }

  it("has any letters for those of another encoding", () => {
    assert.equal(ruleText(latin("secret/\nEntwürfe/\n")), "secret/\nEntw*rfe/\n");
  });

  it("is read where only a comment is in something else", () => {
    assert.match(ruleText(latin("# Schlüssel\nsecret/\n")), /^secret\/$/m);
    assert.equal(ruleText(new Uint8Array()), "");
  });

  for (const [what, bytes] of [
    ["UTF-16 without a mark", utf16.subarray(2)],
    ["UTF-16 without a mark the other way round", Buffer.from(utf16).swap16().subarray(2)],
    ["UTF-32", Buffer.from([0xff, 0xfe, 0, 0, 0x61, 0, 0, 0])],
    ["a NUL", Buffer.from("secret/\n\0")],
  ] as const) {
    it(`cannot be read in ${what}`, () => {
      assert.throws(() => ruleText(bytes));
    });
  }
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isTrivial } from "../../../../src/completion/tidy/trivial.ts";
import { filteredBy, holdShown } from "../../../helpers/tidyTable.ts";

describe("a trivial text", () => {
  it("has only blanks, or only what it takes the place of", () => {
    assert.ok(isTrivial({ text: " \n", replaceAfterChars: 0 }, ""));
    assert.ok(isTrivial({ text: ")", replaceAfterChars: 1 }, ")"));
    assert.ok(isTrivial({ text: ");", replaceAfterChars: 3 }, " );"));
    assert.ok(!isTrivial({ text: ")", replaceAfterChars: 0 }, ")"));
    assert.ok(!isTrivial({ text: ");", replaceAfterChars: 1 }, ")"));
  });

  it("is not shown, for a reason", () => {
    assert.equal(filteredBy("x█", "  \n\t"), "nothing but blanks");
    assert.equal(filteredBy("x█", ""), "nothing but blanks");
    assert.equal(filteredBy("log(█)", ")"), "nothing new");
    assert.equal(filteredBy("log(█);", ");"), "nothing new");
  });
});

holdShown("a closing bracket alone is shown only where it is missing", [
  ["log(█)", ")", undefined],
  ["foo(bar(█)", ")", "foo(bar(«)»)"],
  ["foo(bar█", ")", "foo(bar«)»"],
  ["[1, 2█\n", "];", "[1, 2«];»\n"],
]);

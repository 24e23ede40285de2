import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { willShow } from "../../../../src/completion/tidy/willShow.ts";
import { filteredBy } from "../../../helpers/tidyTable.ts";

describe("the editor shows a text", () => {
  it("when what it takes the place of stands in it, in order", () => {
    assert.ok(willShow({ text: "a, b)", replaceAfterChars: 1 }, ")\n"));
    assert.ok(willShow({ text: "a) || (b);", replaceAfterChars: 2 }, ");"));
    assert.ok(!willShow({ text: "a, b", replaceAfterChars: 1 }, ")"));
    assert.ok(!willShow({ text: ";)", replaceAfterChars: 2 }, ");"));
    assert.ok(willShow({ text: "😀a😀", replaceAfterChars: 2 }, "😀"));
  });

  it("when it takes the place of nothing, whatever it is", () => {
    assert.ok(willShow({ text: "a\nb", replaceAfterChars: 0 }, "xyz"));
  });

  it("unless that reaches over the line's end", () => {
    assert.ok(!willShow({ text: ")\nb", replaceAfterChars: 3 }, ")\nb"));
    assert.ok(!willShow({ text: ")\r\nb", replaceAfterChars: 2 }, ")\r\n"));
  });

  it("unless it adds nothing", () => {
    assert.ok(!willShow({ text: "", replaceAfterChars: 0 }, ")"));
    assert.ok(!willShow({ text: ")", replaceAfterChars: 1 }, ")"));
  });

  it("unless it has more than 5,000 characters", () => {
    const words = Array.from({ length: 2_000 }, (_, index) => `v${index};`).join("");
    assert.ok(willShow({ text: words.slice(0, 5_000), replaceAfterChars: 0 }, ""));
    assert.ok(!willShow({ text: words.slice(0, 5_001), replaceAfterChars: 0 }, ""));
    assert.equal(filteredBy("█", words.slice(0, 5_001)), "the editor would hide it");
  });
});

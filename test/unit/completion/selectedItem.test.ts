import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { extendSelected } from "../../../src/completion/selectedItem.ts";

describe("a suggestion beside a selected list item", () => {
  it("is shown from the item's start when it goes on from the item", () => {
    assert.equal(
      extendSelected("sole.log(x)", { text: "console", typed: "con" }),
      "console.log(x)",
    );
    assert.equal(extendSelected("f(x)", { text: "f", typed: "" }), "f(x)");
  });

  it("is not shown when it says something else, or nothing more than the item", () => {
    assert.equal(extendSelected("st x", { text: "console", typed: "con" }), undefined);
    assert.equal(extendSelected("sole", { text: "console", typed: "con" }), undefined);
    assert.equal(extendSelected("so", { text: "console", typed: "con" }), undefined);
    assert.equal(extendSelected("sole.log", { text: "console", typed: "Con" }), undefined);
  });
});

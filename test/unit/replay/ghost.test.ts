import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { afterKey, ghostOf } from "../../bench/replay/ghost.ts";
import type { KeyEvent } from "../../bench/replay/keyTrace.ts";

const key = (text: string): KeyEvent => ({ t: 0, op: "ins", text });
const backspace: KeyEvent = { t: 0, op: "del" };

describe("ghost text", () => {
  it("is what an item inserts but for the end that the rest of the line has", () => {
    assert.equal(ghostOf({ text: "a, b)", replaced: "" }), "a, b)");
    assert.equal(ghostOf({ text: "a, b)", replaced: ")" }), "a, b");
    assert.equal(ghostOf({ text: "a))", replaced: ");" }), "a))");
    assert.equal(ghostOf({ text: ")", replaced: ")" }), "");
    assert.equal(ghostOf({ text: ")", replaced: "))" }), "");
  });

  it("is kept while the typed text follows it", () => {
    const item = { text: "abc)", replaced: ")" };
    const next = afterKey(item, key("a"));
    assert.deepEqual(next, { text: "bc)", replaced: ")" });
    assert.deepEqual(afterKey(next, key("bc")), undefined, "only what is there already is left");
    assert.deepEqual(afterKey({ text: "\n    x", replaced: "" }, key("\n    ")), {
      text: "x",
      replaced: "",
    });
  });

  it("goes when a key leaves it, when it is all typed, and when something is deleted", () => {
    assert.equal(afterKey({ text: "abc", replaced: "" }, key("b")), undefined);
    assert.equal(afterKey({ text: "a", replaced: "" }, key("a")), undefined);
    assert.equal(afterKey({ text: "a", replaced: "" }, key("ab")), undefined);
    assert.equal(afterKey({ text: "abc", replaced: "" }, backspace), undefined);
    assert.equal(afterKey(undefined, key("a")), undefined);
  });
});

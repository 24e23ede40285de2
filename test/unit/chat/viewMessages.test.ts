import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseFromView, parseToView } from "../../../src/chat/viewMessages.ts";

void describe("What the chat's view says", () => {
  void it("is read where it has its form", () => {
    const ask = { type: "ask", text: "what", replaces: "id" };
    assert.deepEqual(parseFromView(ask), ask);
    const code = { type: "code", action: "copy", text: "a", languageId: "ts" };
    assert.deepEqual(parseFromView(code), code);
  });

  for (const value of [
    null,
    "ask",
    { type: "ask" },
    { type: "ask", text: 7 },
    { type: "ask", text: "x".repeat(1_000_001) },
    { type: "run", command: "rm" },
    { type: "code", action: "run", text: "a", languageId: "ts" },
    { type: "askAgain", exchangeId: "x".repeat(65) },
  ]) {
    void it(`is nothing: ${JSON.stringify(value).slice(0, 60)}`, () => {
      assert.equal(parseFromView(value), undefined);
    });
  }

  void it("is heard by the view only in its form", () => {
    assert.equal(parseToView({ type: "text", exchangeId: "a" }), undefined);
    assert.deepEqual(parseToView({ type: "focus" }), { type: "focus" });
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { shownAfter } from "../../../media/chat/smoothText.ts";

const frameMs = 16;

void describe("Text that came in a burst", () => {
  void it("is shown frame by frame, never less than before, never half a character, and whole within a second", () => {
    const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 3_000 });
    fc.assert(
      fc.property(text, (whole) => {
        let shown = 0;
        let frames = 0;
        for (; shown < whole.length; frames++) {
          const next = shownAfter(whole, shown, frameMs);
          assert.ok(next > shown && next <= whole.length);
          assert.ok(whole.slice(0, next).isWellFormed());
          shown = next;
        }
        assert.ok(frames * frameMs <= 1_000, `${frames} frames for ${whole.length} characters`);
      }),
    );
  });

  void it("comes faster the more of it there is", () => {
    assert.ok(shownAfter("x".repeat(3_000), 0, frameMs) > 200);
    assert.ok(shownAfter("x".repeat(30), 0, frameMs) < 10);
  });
});

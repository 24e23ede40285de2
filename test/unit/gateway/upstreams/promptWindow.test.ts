import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { trimAfter, trimBefore } from "../../../../src/gateway/upstreams/promptWindow.ts";

const texts = fc
  .array(fc.constantFrom("a", "bc", "\n", "🎉", "  "), { maxLength: 200 })
  .map((p) => p.join(""));
const limits = fc.integer({ min: 4, max: 60 });

describe("the window sent to a model", () => {
  it("is the end of what is before, within the limit, from the start of a line where there is one", () => {
    fc.assert(
      fc.property(texts, limits, (text, limit) => {
        const window = trimBefore(text, limit);
        assert.ok(text.endsWith(window) && window.length <= limit);
        assert.ok(window.isWellFormed());
        if (text.length <= limit) assert.equal(window, text);
      }),
    );
  });

  it("is the start of what is after, within the limit, to the end of a line where there is one", () => {
    fc.assert(
      fc.property(texts, limits, (text, limit) => {
        const window = trimAfter(text, limit);
        assert.ok(text.startsWith(window) && window.length <= limit);
        assert.ok(window.isWellFormed());
        const hasLineEnd = text.slice(0, limit).includes("\n");
        if (text.length > limit && hasLineEnd) assert.ok(window.endsWith("\n"));
      }),
    );
  });

  it("starts with a whole line and moves only once in a while", () => {
    const line = "0123456789abcdef\n";
    const starts = new Set<number>();
    for (let lines = 1000; lines < 1060; lines++) {
      const window = trimBefore(line.repeat(lines), 4000);
      assert.ok(window.startsWith("0") && window.length > 2900);
      starts.add(lines * line.length - window.length);
    }
    assert.ok(starts.size <= 3, `${starts.size} different starts over 60 lines`);
  });

  it("takes the line that starts exactly at the cut", () => {
    assert.equal(trimBefore("012345678\n".repeat(5), 40).length, 40);
    assert.equal(trimAfter("012345678\n".repeat(5), 40).length, 40);
  });

  it("cuts inside a line only when the line is longer than the window", () => {
    assert.equal(trimBefore("x".repeat(100), 40).length, 40);
    assert.equal(trimAfter("x".repeat(100), 40).length, 40);
  });
});

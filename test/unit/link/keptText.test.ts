import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { KeptText } from "../../../src/link/keptText.ts";

const piece = fc
  .array(fc.constantFrom("a", "é", "漢", "😀", "\ud83d", "\ude00"))
  .map((all) => all.join(""));

describe("the kept text of a chat", () => {
  it("gives back what was put in, in whole characters, wherever it was cut and released", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(piece, fc.integer({ min: 4, max: 9 }))), (steps) => {
        const kept = new KeptText();
        let read = "";
        let place = 0;
        const take = (maxBytes: number) => {
          const { text, sizeBytes } = kept.read(place, maxBytes);
          assert.ok(sizeBytes <= maxBytes);
          assert.equal(Buffer.byteLength(text), sizeBytes);
          assert.ok(kept.has(place + sizeBytes));
          assert.equal(kept.read(place, maxBytes).text, text, "it can be read again");
          read += text;
          place += sizeBytes;
          kept.release(place);
          assert.equal(kept.sizeBytes, kept.to - place);
          return sizeBytes;
        };
        for (const [text, maxBytes] of steps) {
          kept.append(text);
          take(maxBytes);
        }
        kept.finish();
        while (take(4) > 0);
        assert.equal(
          read,
          steps
            .map(([text]) => text)
            .join("")
            .toWellFormed(),
        );
        assert.ok(!kept.has(place - 1) || place === 0);
      }),
      { numRuns: 300 },
    );
  });
});

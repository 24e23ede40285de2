import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Edit } from "../../../src/wire/edit.ts";
import { decodeEdits, encodeEdits, type EditFrame } from "../../../src/wire/editFrame.ts";
import { editLimits } from "../../../src/wire/limits.ts";

const ask = { check: 1, keepsOlder: false, ahead: undefined };

/** The same edit in many places, one after the other. */
const everywhere = (count: number, step: number, edit: Omit<Edit, "offset">): readonly Edit[] =>
  Array.from({ length: count }, (_, index) => ({ offset: 100 + index * step, ...edit }));

const frameOf = (edits: readonly Edit[]): EditFrame => {
  const last = edits.at(-1);
  return { edits, cursor: last ? last.offset + last.text.length : 0, ask, swap: undefined };
};

function sizeOf(edits: readonly Edit[]): number {
  const frame = frameOf(edits);
  const bytes = encodeEdits(frame, 100);
  assert.deepEqual(decodeEdits(bytes, 100), frame);
  return bytes.length;
}

describe("one change made in many places", () => {
  const renamed = { deletedChars: 3, text: "renamed" };
  // Kind, count, place, deleted, length, text, check; then a place each.
  const headBytes = 1 + 1 + 1 + 1 + 1 + 7 + 2;

  it("is said once, and then a place each", () => {
    assert.equal(sizeOf(everywhere(100, 30, renamed)), headBytes + 99);
    assert.equal(sizeOf(everywhere(2, 30, renamed)), headBytes + 1);
    assert.equal(sizeOf(everywhere(2, 30, { deletedChars: 5, text: "" })), headBytes - 7 + 1);
  });

  it("is said by each where one of them differs, in what it deletes or in what it inserts", () => {
    const same = everywhere(3, 30, renamed);
    const fullBytes = headBytes + 2 * (headBytes - 4);
    for (const change of [{ deletedChars: 4 }, { text: "Renamed" }]) {
      for (const odd of [0, 1, 2]) {
        const edits = same.map((edit, index) => (index === odd ? { ...edit, ...change } : edit));
        assert.equal(sizeOf(edits), fullBytes);
      }
    }
  });

  it("may be half a pair, or spaces", () => {
    assert.equal(sizeOf(everywhere(10, 4, { deletedChars: 0, text: "\ud83d" })), 10 + 9);
    assert.equal(sizeOf(everywhere(10, 4, { deletedChars: 0, text: "    " })), 8 + 9);
  });

  it("inserts as much as one frame may, and no more", () => {
    const text = "x".repeat(editLimits.insertedChars / 64);
    sizeOf(everywhere(64, 1, { deletedChars: 0, text }));
    const more = encodeEdits(frameOf(everywhere(65, 1, { deletedChars: 0, text })), 100);
    assert.throws(() => decodeEdits(more, 100), { code: "too-large" });
    const spaces = everywhere(2, 1, { deletedChars: 0, text: " ".repeat(160_000) });
    assert.throws(() => decodeEdits(encodeEdits(frameOf(spaces), 100), 100), { code: "too-large" });
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { rangeAfter } from "../../../src/chat/trackedRange.ts";

const range = { start: 10, end: 20 };
const change = (offset: number, deletedChars: number, insertedChars: number) =>
  rangeAfter(range, { offset, deletedChars, inserted: "x".repeat(insertedChars) });
const insert = (offset: number, inserted: string) =>
  rangeAfter(range, { offset, deletedChars: 0, inserted });

void describe("A part of a document", () => {
  void it("moves with what is changed before it, and stays for what is changed behind it", () => {
    assert.deepEqual(change(0, 0, 5), { start: 15, end: 25 });
    assert.deepEqual(change(8, 2, 0), { start: 8, end: 18 });
    assert.deepEqual(change(21, 4, 9), range);
  });

  void it("is gone when it was changed, or text was put right beside it", () => {
    for (const [offset, deleted, inserted] of [
      [10, 0, 1],
      [20, 0, 1],
      [15, 0, 1],
      [9, 2, 0],
      [19, 5, 0],
      [0, 40, 3],
    ] as const) {
      assert.equal(change(offset, deleted, inserted), undefined);
    }
  });

  void it("stays when lines are put right above or below it", () => {
    assert.deepEqual(insert(10, "one\n"), { start: 14, end: 24 });
    assert.deepEqual(insert(20, "\n"), range);
    assert.deepEqual(insert(20, "\r\none"), range);
  });

  void it("has the same text wherever it is", () => {
    const offset = fc.nat(30);
    fc.assert(
      fc.property(
        offset,
        offset,
        offset,
        fc.nat(10),
        fc.string({ unit: fc.constantFrom("x", "\r", "\n") }),
        (...given) => {
          const [from, length, at, deletedChars, inserted] = given;
          const text = "abcdefghijklmnopqrstuvwxyz".repeat(3);
          const part = { start: from, end: from + length };
          const moved = rangeAfter(part, { offset: at, deletedChars, inserted });
          const after = text.slice(0, at) + inserted + text.slice(at + deletedChars);
          if (moved) {
            const found = after.slice(moved.start, moved.end);
            assert.equal(found, text.slice(part.start, part.end));
          } else assert.ok(at <= part.end && at + deletedChars >= part.start);
        },
      ),
    );
  });
});

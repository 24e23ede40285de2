import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { type Edit, PendingEdits } from "../../../src/wire/edit.ts";

const start = "0123456789abcdefghij";

const drawnEdits = fc.array(
  fc.record({
    at: fc.nat(),
    /** How far from the edit before; far ones are where `at` says. */
    step: fc.option(fc.integer({ min: -3, max: 3 })),
    deletedChars: fc.nat({ max: 4 }),
    text: fc.constantFrom("", "a", "bc", "😀", "\ud83d"),
  }),
  { maxLength: 12 },
);

/** Edits that fit the text, many of them close to the one before, as typing is. */
function fitting(
  drawn: typeof drawnEdits extends fc.Arbitrary<infer T> ? T : never,
): readonly Edit[] {
  let text = start;
  let cursor = 10;
  return drawn.map(({ at, step, deletedChars: wanted, text: inserted }) => {
    const place = step === null ? at % (text.length + 1) : cursor + step;
    const offset = Math.min(text.length, Math.max(0, place));
    const deletedChars = Math.min(wanted, text.length - offset);
    text = applied(text, [{ offset, deletedChars, text: inserted }]);
    cursor = offset + inserted.length;
    return { offset, deletedChars, text: inserted };
  });
}

const applied = (text: string, edits: readonly Edit[]): string =>
  edits.reduce(
    (now, { offset, deletedChars, text: inserted }) =>
      now.slice(0, offset) + inserted + now.slice(offset + deletedChars),
    text,
  );

function pendingOf(edits: readonly Edit[]): PendingEdits {
  const pending = new PendingEdits();
  for (const edit of edits) pending.add(edit);
  return pending;
}

const insert = (offset: number, text: string): Edit => ({ offset, deletedChars: 0, text });
const erase = (offset: number, deletedChars: number): Edit => ({ offset, deletedChars, text: "" });

describe("edits that wait to be sent", () => {
  it("make the same text as the edits they were put together from", () => {
    fc.assert(
      fc.property(drawnEdits, (drawn) => {
        const edits = fitting(drawn);
        const taken = pendingOf(edits).take();
        assert.equal(applied(start, taken), applied(start, edits));
        assert.ok(taken.length <= edits.length);
      }),
      { numRuns: 5_000 },
    );
  });

  const joined: readonly (readonly [name: string, edits: readonly Edit[], as: readonly Edit[]])[] =
    [
      ["typing", [insert(5, "a"), insert(6, "b"), insert(7, "c")], [insert(5, "abc")]],
      ["typing and taking back", [insert(5, "ab"), erase(6, 1)], [insert(5, "a")]],
      ["taking all of it back", [insert(5, "ab"), erase(6, 1), erase(5, 1)], []],
      ["erasing backwards", [erase(9, 1), erase(8, 1), erase(7, 1)], [erase(7, 3)]],
      ["typing, then erasing beyond", [insert(5, "ab"), erase(3, 4)], [erase(3, 2)]],
      [
        "typing over what was before and some of what was typed",
        [insert(5, "abc"), { offset: 3, deletedChars: 3, text: "x" }],
        [{ offset: 3, deletedChars: 2, text: "xbc" }],
      ],
      ["a bracket and its closing one", [insert(5, "()"), insert(6, "x")], [insert(5, "(x)")]],
      ["two places", [insert(5, "a"), insert(9, "b")], [insert(5, "a"), insert(9, "b")]],
      ["nothing", [insert(5, "")], []],
    ];
  for (const [name, edits, as] of joined) {
    it(`are put together: ${name}`, () => {
      const pending = pendingOf(edits);
      assert.equal(pending.count, as.length);
      assert.deepEqual(pending.take(), as);
      assert.equal(pending.count, 0);
      assert.equal(pending.sizeChars, 0);
    });
  }

  it("say at least what they take", () => {
    fc.assert(
      fc.property(drawnEdits, (drawn) => {
        const pending = pendingOf(fitting(drawn));
        const { sizeChars } = pending;
        const taken = pending.take();
        assert.ok(
          sizeChars >= taken.reduce((sum, { text }) => sum + text.length, 8 * taken.length),
        );
      }),
    );
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { assemble, narrowed } from "../../../src/context/assemble.ts";
import { isSameState } from "../../../src/context/snapshot.ts";
import { snapshotAt } from "../../helpers/cursor.ts";

const text = fc
  .array(fc.constantFrom("a", "\n", "\r\n", "\t", "é", "😀", "𝒳", "line "), { maxLength: 12 })
  .map((parts) => parts.join(""));

/** Checks a property and prints its seed when it fails. */
function check<T extends unknown[]>(property: fc.IPropertyWithHooks<T>): void {
  fc.assert(property, { numRuns: 1_000 });
}

describe("the request for a snapshot", () => {
  it("has a whole document's text as it is", () => {
    check(
      fc.property(text, text, (before, after) => {
        const request = assemble(snapshotAt("█", { before, after }));
        assert.equal(request.before, before);
        assert.equal(request.after, after);
      }),
    );
  });

  it("has what tells the file, its language and whether it is confined", () => {
    const snapshot = snapshotAt("a█", { version: 7, isConfined: true });
    assert.deepEqual(assemble(snapshot), {
      path: "app/a.ts",
      languageId: "typescript",
      documentVersion: 7,
      before: "a",
      after: "",
      isConfined: true,
    });
  });

  it("never has the document's key, which may hold a home folder", () => {
    const request = assemble(snapshotAt("█", { documentKey: "file:///home/someone/app/a.ts" }));
    assert.doesNotMatch(JSON.stringify(request), /someone/);
  });

  it("cuts a window into a large document at line breaks", () => {
    const window = { isFromStart: false, isToEnd: false };
    const request = assemble(snapshotAt("cut\nwhole\nbegun█rest\r\nwhole\r\ncut", window));
    assert.equal(request.before, "whole\nbegun");
    assert.equal(request.after, "rest\r\nwhole\r\n");
  });

  it("cuts only the side that is a window", () => {
    const marked = "a\nb█c\nd";
    assert.equal(assemble(snapshotAt(marked, { isFromStart: false })).before, "b");
    assert.equal(assemble(snapshotAt(marked, { isFromStart: false })).after, "c\nd");
    assert.equal(assemble(snapshotAt(marked, { isToEnd: false })).before, "a\nb");
    assert.equal(assemble(snapshotAt(marked, { isToEnd: false })).after, "c\n");
  });

  it("keeps a window without line breaks, but for half a character at its edge", () => {
    const [high, low] = ["😀".charAt(0), "😀".charAt(1)];
    const window = { isFromStart: false, isToEnd: false };
    const request = assemble(snapshotAt(`${low}ab█cd${high}`, window));
    assert.equal(request.before, "ab");
    assert.equal(request.after, "cd");
  });

  it("is well-formed Unicode, ends at the cursor and is never longer, wherever a window is cut", () => {
    check(
      fc.property(text, text, fc.nat(), fc.nat(), (before, after, cutLeft, cutRight) => {
        const left = before.slice(cutLeft % (before.length + 1));
        const right = after.slice(0, after.length - (cutRight % (after.length + 1)));
        const window = { before: left, after: right, isFromStart: false, isToEnd: false };
        const request = assemble(snapshotAt("█", window));
        assert.ok(request.before.isWellFormed() && request.after.isWellFormed());
        assert.ok(left.endsWith(request.before) && right.startsWith(request.after));
        const lineBegun = left.slice(left.lastIndexOf("\n") + 1);
        assert.ok(request.before.length >= lineBegun.length - 1, "the cursor's line is kept");
      }),
    );
  });
});

describe("two states of documents", () => {
  it("are the same with the same document, version and offset", () => {
    const state = { documentKey: "a", version: 1, offset: 2 };
    assert.ok(isSameState(state, { ...state }));
    for (const other of [{ documentKey: "b" }, { version: 2 }, { offset: 3 }]) {
      assert.ok(!isSameState(state, { ...state, ...other }));
    }
  });
});

describe("a request narrowed for a slow link", () => {
  it("is the same when it is small", () => {
    const request = assemble(snapshotAt("a\nb█c\nd"));
    assert.deepEqual(narrowed(request), request);
  });

  it("has whole lines of at most 8,000 characters before and 4,000 after the cursor", () => {
    const line = `${"x".repeat(99)}\n`;
    const request = assemble(
      snapshotAt("█", { before: line.repeat(500), after: line.repeat(500) }),
    );
    const { before, after } = narrowed(request);
    assert.equal(before, line.repeat(79));
    assert.equal(after, line.repeat(40));
  });
});

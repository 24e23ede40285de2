import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { assemble } from "../../../src/context/assemble.ts";
import { isSameState } from "../../../src/context/snapshot.ts";
import { snapshotAt } from "../../helpers/cursor.ts";

describe("the ask for a snapshot", () => {
  it("has the place in the document, and the text round it for what tidies the answer", () => {
    const snapshot = snapshotAt("const a = █;\n", { version: 7, isConfined: true });
    assert.deepEqual(assemble(snapshot), {
      documentKey: "file:///app/a.ts",
      documentVersion: 7,
      offset: 10,
      before: "const a = ",
      after: ";\n",
      isConfined: true,
      snippets: [],
      keepsOlder: false,
    });
  });

  it("counts the cursor from the document's start, also where the snapshot begins later", () => {
    const ask = assemble(snapshotAt("window█", { offset: 90_006 }));
    assert.equal(ask.offset, 90_006);
    assert.equal(ask.before, "window");
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

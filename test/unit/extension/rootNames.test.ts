import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { rootNameOf } from "../../../src/extension/rootNames.ts";

describe("the names of a workspace's folders", () => {
  it("are those that people see, and differ where two folders are called the same", () => {
    const all = ["src", "docs", "src", "src"].map((name, index) => ({ name, index }));
    const names = all.map((each) => rootNameOf(each, all));
    assert.deepEqual(names, ["src", "docs", "src (2)", "src (3)"]);
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Engine } from "../../../src/engine/engine.ts";

const area =
  'function area(width, height) {\n  if (width < 0) throw new RangeError("no negative side");\n}\n';

/** What is offered behind `area` and this, in a project of nothing else. */
function offered(typed: string, leastConfidence?: number): string {
  const query = { path: "app/a.js", languageId: "javascript", before: area + typed, after: "" };
  return new Engine().complete({ ...query, isConfined: false }, leastConfidence) ?? "";
}

describe("an engine that knows little", () => {
  it("offers a line to its end where what is above it stood before", () => {
    assert.equal(
      offered("function volume(width, height) {\n  if (wi"),
      'dth < 0) throw new RangeError("no negative side");',
    );
  });

  it("offers of a line that stood elsewhere only what is likely", () => {
    const text = offered("for (const each of all) {\n  if (wi");
    assert.match(text, /^dth/);
    assert.doesNotMatch(text, /throw/);
  });

  it("knows of a confined file that file alone, however large the project is", () => {
    const engine = new Engine();
    engine.learnFile("app/b.js", "other(1);\n".repeat(4_000));
    const before = `${area}function volume(width, height) {\n  if (wi`;
    const query = { path: "app/a.js", languageId: "javascript", before, after: "" };
    const confined = { ...query, isConfined: true };
    assert.equal(engine.complete(confined), 'dth < 0) throw new RangeError("no negative side");');
  });

  it("is exacting all the same where that is wanted", () => {
    assert.doesNotMatch(offered("function volume(width, height) {\n  if (wi", 0.8), /throw/);
  });
});

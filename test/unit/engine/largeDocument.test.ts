import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Engine } from "../../../src/engine/engine.ts";

describe("in a document of more tokens than two bytes can number", () => {
  const dense = "a(b);\n".repeat(33_000);
  const query = (before: string) => ({
    path: "app/a.ts",
    languageId: "x",
    before,
    after: "",
    isConfined: false,
  });

  it("the engine goes on from the last lines", () => {
    const before = `${dense}zebra(1, 2);\nzeb`;
    assert.equal(new Engine().predict(query(before)).at(-1)?.text, "ra(1, 2);");
  });

  it("it still does when the document has grown to that while it was typed", () => {
    const engine = new Engine();
    engine.predict(query("a(b);\n"));
    engine.predict(query(dense.slice(0, 60_000)));
    engine.predict(query(dense.slice(0, 110_000)));
    engine.predict(query(dense));
    const before = `${dense}zebra(1, 2);\nzeb`;
    assert.equal(engine.predict(query(before)).at(-1)?.text, "ra(1, 2);");
  });
});

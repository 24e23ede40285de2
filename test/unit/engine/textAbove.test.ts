import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { TextAbove } from "../../../src/engine/textAbove.ts";

/** Texts with one character to a token, or hardly more. */
const dense = {
  coordinates: "[0,1],[2,3],",
  "rows of a table": "| 1 | x | - | 0 |\n",
  "lists of numbers": "0,1,1,0,\n",
  source: "const alpha = beta(gamma, delta);\n",
};

describe("the text above the cursor", () => {
  for (const [name, unit] of Object.entries(dense)) {
    it(`is read once and then followed while one types: ${name}`, () => {
      const above = new TextAbove();
      let text = unit.repeat(Math.ceil(50_000 / unit.length));
      above.update(text);
      const { log } = above;
      for (const key of "[4,5],\nconst") {
        text += key;
        above.update(text);
        assert.equal(above.log, log, "a new log reads all of the text again");
      }
    });
  }
});

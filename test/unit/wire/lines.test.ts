import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { decodeLines, encodeLines } from "../../../src/wire/lines.ts";

const indent = fc.oneof(
  fc.integer({ min: 0, max: 70 }).map((count) => " ".repeat(count)),
  fc.array(fc.constantFrom(" ", "\t", "    "), { maxLength: 5 }).map((parts) => parts.join("")),
);
const line = fc
  .tuple(indent, fc.constantFrom("", "x", "};", "é", "漢 ", "😀", "\r", "a\rb", "\ufeff", "\u0000"))
  .map((parts) => parts.join(""));
/** Any text whose characters are whole, with lines at all depths. */
const text = fc
  .tuple(fc.array(line, { maxLength: 20 }), fc.constantFrom("\n", "\r\n", "\n\n"))
  .map(([lines, end]) => lines.join(end));

const hexOf = (whole: string): string => Buffer.from(encodeLines(whole)).toString("hex");

describe("lines", () => {
  it("come back as they were", () => {
    fc.assert(
      fc.property(text, (whole) => {
        assert.equal(decodeLines(encodeLines(whole)), whole);
      }),
      { numRuns: 3_000 },
    );
  });

  it("are the same at every depth, but for the first", () => {
    const block = ["if (a) {", "  b();", "", "} else {", "\tc();", "}"];
    const plain = hexOf(block.join("\n"));
    for (let depth = 1; depth <= 60; depth++) {
      const deeper = block.map((part) => (part === "" ? part : " ".repeat(depth) + part));
      assert.ok(hexOf(deeper.join("\n")).endsWith(plain), `${depth} spaces`);
    }
  });

  it("deeper than 64 characters stand as they are, and change nothing", () => {
    const deepest = " ".repeat(64);
    assert.equal(hexOf(`${deepest}a\n${deepest}b`), "f5f5f5f5610a62");
    const spaces = "20".repeat(65);
    assert.equal(hexOf(`  a\n ${deepest}b\n  c`), `f8610a${spaces}620a63`);
  });

  it("take no more than a text's own bytes and its indentations again", () => {
    fc.assert(
      fc.property(text, (whole) => {
        const indented = whole.match(/[ \t]/g)?.length ?? 0;
        assert.ok(encodeLines(whole).length <= Buffer.byteLength(whole) + indented);
      }),
    );
  });
});

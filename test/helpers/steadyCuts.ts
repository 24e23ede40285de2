import assert from "node:assert/strict";
import fc from "fast-check";
import type { SyntaxView } from "../../src/completion/syntax/syntaxView.ts";
import { cutsOf } from "./cuts.ts";

const signs = "()[]{}\"'`/\\;,:.@#=$".split("");
const words = [
  "a",
  "b.c()",
  "if (a)",
  "else",
  "=>",
  "def f():",
  "fn f() {",
  "// it",
  "# it",
  "${",
  "*/",
];
const breaks = ["\n", "\n  ", "\n    ", "\r\n", "\r\n\t", "\n\n", "\r\n\r\n  ", "\n}", "\n  }"];

/** Code with many line breaks, most of it broken. */
const code = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...signs, " ") },
      { weight: 4, arbitrary: fc.constantFrom(...words) },
      { weight: 5, arbitrary: fc.constantFrom(...breaks) },
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(""));

/** Splits a text at places that are given as parts of its length. */
function piecesOf(text: string, at: readonly number[]): string[] {
  const ends = at.map((part) => Math.floor(part * text.length)).sort((a, b) => a - b);
  return [...ends, text.length].map((end, index) => text.slice(ends[index - 1] ?? 0, end));
}

/** Runs answers that come in pieces: no end ever moves back, and none moves once it is said to be whole. */
export function holdSteady(
  languageId: string,
  view: () => SyntaxView | undefined,
  numRuns = 2_000,
): void {
  const places = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 40 });
  const after = fc.constantFrom("", "\n", "\n}\n", ")", "\n  b();\n");
  const property = fc.property(code, after, code, places, (before, behind, text, at) => {
    const place = { before, after: behind, languageId };
    const cuts = cutsOf(piecesOf(text, at), place, view());
    for (const [index, cut] of cuts.entries()) {
      const last = cuts[index - 1];
      if (!last) continue;
      assert.ok(cut.endChars >= last.endChars, JSON.stringify(cuts));
      if (last.isWhole) assert.deepEqual(cut, last, JSON.stringify(cuts));
    }
  });
  fc.assert(property, { numRuns, includeErrorInReport: true }); // prints its seed when it fails
}

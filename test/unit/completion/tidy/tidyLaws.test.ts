import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import fc from "fast-check";
import { lineBefore, restOfLine } from "../../../../src/completion/extent.ts";
import { closersBehind, closersOf, opensAll } from "../../../../src/completion/tidy/closing.ts";
import type { Place } from "../../../../src/completion/tidy/place.ts";
import { tidy } from "../../../../src/completion/tidy/tidy.ts";
import { shownAt } from "../../../helpers/cursor.ts";

const signs = "()[]{}<>\"'`;,:. \t\\$=>".split("");
const lines = [
  "foo();",
  "bar.value = first + second;",
  "await clock.advance(100);",
  "}",
  "  }",
  "});",
  "  return total;",
  "if (a) {",
  "  if (b) {",
  "\tbreak;",
  "0, 0, 0,",
  "```ts",
  "<<<<<<< HEAD",
  "=======",
  ">>>>>>> main",
  "</div>",
  "end",
];

/** Code as models and people write it, and what they should not: signs, words, whole lines, marks. */
const piece = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...signs, "${", "a", "bc", "value", "😀") },
  { weight: 2, arbitrary: fc.constantFrom("\n", "\r\n", "\n\n", "\n  ", "\n    ", "\n\t") },
  { weight: 3, arbitrary: fc.constantFrom(...lines).map((line) => `\n${line}\n`) },
  { weight: 1, arbitrary: fc.constantFrom("very ", "</s>", "<think>", "</think>", "<|im_end|>") },
  { weight: 1, arbitrary: fc.string({ unit: "grapheme", maxLength: 4 }) },
);
const code = fc.array(piece, { maxLength: 14 }).map((parts) => parts.join(""));
const languageId = fc.constantFrom("typescript", "python", "markdown");

const place: fc.Arbitrary<Place> = fc.record({ before: code, after: code, languageId });

/** Runs a property from a new seed each time; it is printed, and again with the smallest case on failure. */
function holds<T extends unknown[]>(t: TestContext, property: fc.IPropertyWithHooks<T>): void {
  const seed = Number(process.env["SEED"] ?? Math.floor(performance.timeOrigin) % 2 ** 31);
  t.diagnostic(`seed ${seed}`);
  fc.assert(property, {
    seed,
    numRuns: Number(process.env["RUNS"] ?? 4_000),
    includeErrorInReport: true,
  });
}

describe("whatever a model says and wherever, tidy", () => {
  it("does not throw, and what it gives is really shown", (t) => {
    const shows = fc.property(code, place, (text, at) => {
      const tidied = tidy(text, at);
      if (tidied.kind === "filtered") {
        assert.notEqual(tidied.by, "");
        return;
      }
      assert.notEqual(tidied.text.trim(), "");
      assert.ok(tidied.replaceAfterChars <= restOfLine(at.after).length);
      const mark = `${at.before.replaceAll("█", "")}█${at.after.replaceAll("█", "")}`;
      shownAt(mark, tidied); // throws where a character would be lost
    });
    holds(t, shows);
  });

  it("gives what it does not change any more at the same place", (t) => {
    const settled = fc.property(code, place, (text, at) => {
      const tidied = tidy(text, at);
      if (tidied.kind === "fitted") assert.deepEqual(tidy(tidied.text, at), tidied);
    });
    holds(t, settled);
  });

  it("gives the rest of it, unchanged, after each character a person types along it", (t) => {
    const stays = fc.property(code, place, (text, at) => {
      const tidied = tidy(text, at);
      if (tidied.kind === "filtered" || tidied.replaceAfterChars > 0) return;
      for (let typed = 1; typed < tidied.text.length; typed++) {
        const rest = tidied.text.slice(typed);
        const there = { ...at, before: at.before + tidied.text.slice(0, typed) };
        if (isOutsideTheLaw(rest, there, at)) continue;
        const again = tidy(rest, there);
        assert.deepEqual(
          again,
          { kind: "fitted", text: rest, replaceAfterChars: 0 },
          `after ${typed}`,
        );
      }
    });
    holds(t, stays);
  });

  it("comes to an end on lines of 10,000 characters, whatever they are of", () => {
    const units = [
      ...signs,
      "a",
      "\n",
      "\r",
      " \n",
      "\n}",
      "foo bar ",
      "<|",
      "[SUFFIX]",
      "<think>",
    ];
    for (const unit of units) {
      const long = unit.repeat(10_000 / unit.length);
      for (const ends of ["", "x", ")"]) {
        tidy(long + ends, { before: "f(", after: `)${long}`, languageId: "typescript" });
        tidy(long + ends, { before: `${long}\n`, after: "", languageId: "typescript" });
        tidy(`a${ends}`, { before: long, after: long + ends, languageId: "typescript" });
      }
    }
  });
});

function isOutsideTheLaw(rest: string, there: Place, first: Place): boolean {
  if (rest.trim() === "") return true;
  // Nobody types half a line break.
  if (there.before.endsWith("\r")) return true;
  // Half-typed indentation: the editor indents lines itself, and the filter for indentation said twice
  // cannot tell that half from a whole.
  const begun = lineBefore(there.before);
  if (begun !== "" && begun.trim() === "" && /^\s/.test(rest)) return true;
  const isFurtherLine = there.before.length - begun.length > first.before.length;
  // What the rest of the line closes was opened lines above, or nowhere: only a parser of the language could tell it
  // from what the text has opened since. With the suggestion's line break typed, editors put such a
  // bracket on a line below anyway.
  const closers = closersOf(restOfLine(there.after).trimEnd());
  if (closers === "") return false;
  // Where the line goes on below, what has been opened since counts as closed there.
  if (closersBehind(there) !== closersBehind(first)) return true;
  return isFurtherLine || !opensAll(lineBefore(first.before), closers);
}

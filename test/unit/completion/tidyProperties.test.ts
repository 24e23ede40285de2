import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { maxLines } from "../../../src/completion/cut.ts";
import { extentOf, lineBefore, restOfLine } from "../../../src/completion/extent.ts";
import { tidy } from "../../../src/completion/tidy/tidy.ts";
import { shownAt } from "../../helpers/cursor.ts";

const signs = "()[]{}<>\"'`;,:. \t\\$=>".split("");

/** Code as models and people write it: mostly brackets, quotes and separators. */
const code = fc
  .array(
    fc.oneof(
      {
        weight: 6,
        arbitrary: fc.constantFrom(...signs, "${", "a", "bc", "😀"),
      },
      {
        weight: 1,
        arbitrary: fc.constantFrom("\n", "\r\n", "\n\n", "\n  ", "break;", "</s>", "é"),
      },
      { weight: 1, arbitrary: fc.string({ unit: "grapheme", maxLength: 4 }) },
    ),
    { maxLength: 14 },
  )
  .map((parts) => parts.join(""));

/** Balanced code on one line. */
const { balanced } = fc.letrec<{ balanced: string }>((tie) => ({
  balanced: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom("", "a", "b.c", "1 + 2", '"x)"', "'(y'"),
    fc.tuple(tie("balanced"), tie("balanced")).map(([a, b]) => `f(${a}, [${b}])`),
    tie("balanced").map((a) => `{ x: ${a} }`),
  ),
}));

function check<T extends unknown[]>(property: fc.IPropertyWithHooks<T>, numRuns = 3_000): void {
  fc.assert(property, { numRuns, includeErrorInReport: true }); // prints its seed when it fails
}

describe("whatever a model says, tidy", () => {
  it("loses nothing right of the cursor and never reaches past the line's end", () => {
    check(
      fc.property(code, code, code, (before, after, answer) => {
        const fitted = tidy(answer, { before, after });
        if (!fitted) return;
        assert.ok(fitted.replaceAfterChars <= restOfLine(after).length);
        const mark = `${before.replaceAll("█", "")}█${after.replaceAll("█", "")}`;
        shownAt(mark, fitted); // throws where a character would be lost
      }),
    );
  });

  it("shows something that is new, on one line unless a block may begin or something is open", () => {
    check(
      fc.property(code, code, code, (before, after, answer) => {
        const fitted = tidy(answer, { before, after });
        if (!fitted) return;
        assert.notEqual(fitted.text.trim(), "");
        const lines = fitted.text
          .replace(/^\r?\n/, "")
          .trimEnd()
          .split(/\r?\n/);
        const place = { before, after, languageId: "" };
        const isBlock = extentOf(place, undefined) === "block";
        const mayGoOn = (at: number) =>
          /[([{]|=>|\/\*/.test(lineBefore(before) + lines.slice(0, at).join("\n"));
        if (!isBlock) assert.ok(lines.length === 1 || mayGoOn(1));
        assert.ok(lines.every((line, at) => line.trim() !== "" || at === 0 || mayGoOn(at)));
        assert.ok(lines.length <= maxLines);
      }),
    );
  });

  it("gives well-formed code when the model says the rest of a well-formed line, in part or whole", () => {
    const closers = fc.constantFrom(")", "]", "}", "))", ");", "])", "]);", "}))", " }", "}, {})");
    check(
      fc.property(balanced, closers, fc.nat(), (text, rest, cut) => {
        const said = text + rest.slice(0, cut % (rest.length + 1));
        const openers: Record<string, string> = { ")": "(", "]": "[", "}": "{" };
        const closing = rest.replace(", {})", ")");
        const before = closing
          .split("")
          .map((each) => openers[each] ?? "")
          .reverse()
          .join("");
        const fitted = tidy(said, { before, after: rest });
        const line = fitted
          ? before + fitted.text + rest.slice(fitted.replaceAfterChars)
          : before + rest;
        assert.equal(line, before + (fitted ? text.trimEnd() : "") + rest);
      }),
    );
  });
});

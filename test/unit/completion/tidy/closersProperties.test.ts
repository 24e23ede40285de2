import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { tidy } from "../../../../src/completion/tidy/tidy.ts";

/** Balanced code on one line. */
const { balanced } = fc.letrec<{ balanced: string }>((tie) => ({
  balanced: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom("", "a", "b.c", "1 + 2", '"x)"', "'(y'"),
    fc.tuple(tie("balanced"), tie("balanced")).map(([a, b]) => `f(${a}, [${b}])`),
    tie("balanced").map((a) => `{ x: ${a} }`),
  ),
}));

describe("whatever a model says, tidy", () => {
  it("gives well-formed code when the model says the rest of a well-formed line, in part or whole", () => {
    const closers = fc.constantFrom(")", "]", "}", "))", ");", "])", "]);", "}))", " }", "}, {})");
    fc.assert(
      fc.property(balanced, closers, fc.nat(), (text, rest, cut) => {
        const said = text + rest.slice(0, cut % (rest.length + 1));
        const openers: Record<string, string> = { ")": "(", "]": "[", "}": "{" };
        const closing = rest.replace(", {})", ")");
        const before = closing
          .split("")
          .map((each) => openers[each] ?? "")
          .reverse()
          .join("");
        const fitted = tidy(said, { before, after: rest, languageId: "typescript" });
        const isShown = fitted.kind === "fitted";
        const line = isShown
          ? before + fitted.text + rest.slice(fitted.replaceAfterChars)
          : before + rest;
        assert.equal(line, before + (isShown ? text.trimEnd() : "") + rest);
      }),
      { numRuns: 3_000, includeErrorInReport: true }, // prints its seed when it fails
    );
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { cutAt, maxLines } from "../../../src/completion/cut.ts";
import { extentOf, lineBefore, restOfLine } from "../../../src/completion/extent.ts";
import { type CutCase, cutsOf, holdCuts, placeAt } from "../../helpers/cuts.ts";
import { holdSteady } from "../../helpers/steadyCuts.ts";

const noSyntax = (): undefined => undefined;

describe("the extent of a suggestion, by indentation and brackets alone", () => {
  it("is a block on a blank line, or at a line's end behind an opener", () => {
    for (const blank of ["█", "a\n█\nb", "a\n\t █ \r\nb", "a\r\n  █", "f() {█", "f(█", "[█\n]"]) {
      assert.equal(extentOf(placeAt(blank, ""), undefined), "block", JSON.stringify(blank));
    }
  });

  it("is a line where a line is begun or goes on behind the cursor, and within an expression", () => {
    for (const begun of [
      "a█",
      "█a",
      "  a█\n",
      "a\n  █)\n",
      "f(█)",
      "f(\n  █",
      "a,\n█",
      "x =\n  █",
    ]) {
      assert.equal(extentOf(placeAt(begun, ""), undefined), "line", JSON.stringify(begun));
    }
  });

  it("takes a colon for an opener in Python alone", () => {
    assert.equal(extentOf(placeAt("if x:█", "python"), undefined), "block");
    assert.equal(extentOf(placeAt('{"a":█', "python"), undefined), "line");
    assert.equal(extentOf(placeAt("case 1:█", "plaintext"), undefined), "line");
  });

  it("sees the line left and right of the cursor with either line break", () => {
    assert.equal(lineBefore("a\r\n\tb"), "\tb");
    assert.equal(lineBefore("b"), "b");
    assert.equal(restOfLine(" b\r\nc"), " b");
    assert.equal(restOfLine("b\nc"), "b");
    assert.equal(restOfLine("b"), "b");
  });
});

describe("a line, by brackets alone", () => {
  holdCuts("typescript", noSyntax, [
    ["  a█", "line", " = 1;┃\nb();"],
    ["  a█", "line", "\n  b();┃\nc();"],
    ["  a█\n", "line", "\n\n  b();┃\n  c();"],
    ["f(█)", "line", "() => {\n  a;\n}"],
    ["f(█);\n", "line", "() => {\n  a;\n});┃\nb();"],
    ["function f(█)", "line", "a) {\n  b;\n}┃\nc();"],
    ["f(█)", "line", "a,┃\n  b"],
    ["f(█, b)", "line", "() => {┃\n  a;\n}"],
    ["f('█')", "line", "a', () => {┃\n  b;\n}"],
    ["f(a, █", "line", "b,┃\n  c)"],
    ["a = '(█", "line", "(';┃\nb();"],
    ["// a █", "line", "list (of┃\n// things)"],
    ["if (a) █", "line", "{\n  b();\n}┃\nc();"],
    ["if (a) █", "line", "{\n  b();\n\n  c();\n}┃\nd();"],
    ["const a = (b█", "line", ") =>\n  b + 1;┃\nc();"],
    ["f(a, █", "line", "() => {\n  b();\n});┃\nc();"],
    ["f(█", "block", "\n  a,\n  b,\n);┃\nc();"],
    ["const a = `█", "line", "b┃\nc`"],
    ["const a = /[(]/.test(b)█", "line", ";┃\nc();"],
  ]);
  holdCuts("python", noSyntax, [
    ["if a█", "line", ":\n    b()\n\n    c()┃\nd()"],
    ["def a(b,\n      c):█\n", "block", "\n    d()\n    e()┃\nf()"],
    ["  a█", "line", " = 1  # (┃\nb()"],
    ["def a(█)\n", "line", "b):\n    c()┃\nd()"],
    ["def a(█):\n    c()\n", "line", "b):┃\n    d()"],
  ]);
});

describe("a block, by indentation and brackets alone", () => {
  holdCuts("typescript", noSyntax, [
    ["if (a) {█", "block", "\n  b();\n\n  c();\n}┃\nd();"],
    ["if (a) {█\n}", "block", "\n  b();┃\n}\nd();"],
    ["f() {\n  █\n}", "block", "a();\n  b();┃\n}\n\ng() {}"],
    ["f() {\n  █\n}", "block", "a(); ┃}".replace(" ┃", "┃ ")],
    ["f() {\n  █", "block", "a();\n  if (b) {\n    c();\n  }┃\n\n  d();"],
    ["█", "block", "a();\nb();┃\n \t\nc();"],
    ["a\n█\nb", "block", "\nc();\nd();┃\n\ne();"],
    ["f() {\n  █", "block", "┃}\ng();"],
    ["f() {\n  // what\n  █", "block", "a();\n  b();┃\n\n  c();"],
    ["  a;\n  █", "block", "b();┃\nc();"],
    ["f() {\n  █", "block", "a();┃\n  if (b) {\n    c();"],
    ["f() {\n  █", "block", "if (b) {\n    c();\n    d(e,".replace("\n    d(e,", "┃\n    d(e,")],
  ]);
  holdCuts("lua", noSyntax, [
    ["█", "block", "if a then\n  b()\nend┃\n\nc()"],
    ["-- say (it\n█", "block", "a()\nb()┃\n\nc()"],
  ]);
  holdCuts("python", noSyntax, [
    ["def a():\n    █", "block", "b()\n    c()┃\nd()"],
    ["def a():\n    █", "block", "b()┃\n\n    c()"],
    ["if a:█", "block", "\n    b()\n    c()┃\nd()"],
    ["█", "block", "def a():\n    b()\n\n    c()┃\n\nd()"],
    ["def a():\n    ...\n\n█", "block", "def b():\n    ...┃\n"],
    ["a = b.\n█", "line", "c()┃\nd()"],
  ]);

  const sentences: CutCase[] = [
    ["It is a tool.\n\n█", "block", "- a,\n- b.\n- c┃\n\nIt"],
    ["That is =\n█", "block", "one.\ntwo┃\n"],
  ];
  for (const languageId of ["markdown", "plaintext", "latex", "restructuredtext", "git-commit"]) {
    holdCuts(languageId, noSyntax, sentences);
  }

  it(`has ${maxLines} lines at most, and ends behind a whole one`, () => {
    const lines = Array.from({ length: 30 }, (_, at) => `  a${at}();`);
    const cutOf = (text: string) => {
      const cut = cutAt({ text, isDone: false }, placeAt("█", "typescript"), "block", undefined);
      assert.ok(cut.isWhole);
      return text.slice(0, cut.endChars).split("\n");
    };
    assert.deepEqual(cutOf(lines.join("\n")), lines.slice(0, maxLines));
    const open = ["f() {", ...lines.slice(0, maxLines - 3), "g(", ...lines].join("\n");
    assert.deepEqual(cutOf(open), open.split("\n").slice(0, maxLines - 2));
  });

  it("is whole as soon as its end cannot change", () => {
    const isWhole = (text: string, marked = "f() {\n  █\n}") =>
      cutAt({ text, isDone: false }, placeAt(marked, "typescript"), "block", undefined).isWhole;
    assert.ok(!isWhole("a();"));
    assert.ok(!isWhole("a();\n"));
    assert.ok(!isWhole("a();\n  "));
    assert.ok(isWhole("a();\n}"));
    assert.ok(isWhole("a();\n\n"));
  });
});

describe("the end of a streamed answer, by indentation and brackets alone", () => {
  it("does not stand before a bracket that turns out to be in a pattern", () => {
    const pieces = "a = /}/.test(b);".split("");
    const cuts = cutsOf(pieces, placeAt("f() {\n  █", "typescript"), undefined);
    assert.deepEqual(cuts.at(-1), { endChars: pieces.length, isWhole: true });
    assert.ok(cuts.slice(0, -1).every(({ isWhole }) => !isWhole));
  });

  for (const languageId of ["typescript", "python", "rust", "lua", "plaintext"]) {
    it(`never moves back, nor at all once it is whole: ${languageId}`, () => {
      holdSteady(languageId, noSyntax);
    });
  }
});

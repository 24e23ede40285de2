import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { placedCode } from "../../../src/chat/placedCode.ts";

const method = "def add(self):\n    if self:\n        return 1";
const inClass = "    def add(self):\n        if self:\n            return 1";

/** A file with the place in angle brackets, a block of code, and the file with that there. */
const places: readonly (readonly [string, string, string, string])[] = [
  ["on an empty line", "a\n⟨⟩\nb", "c\nd", "a\nc\nd\nb"],
  ["in an empty file", "⟨⟩", method, method],
  ["behind an indentation", "class A:\n    ⟨⟩\n", method, `class A:\n${inClass}\n`],
  ["behind tabs", "{\n\t⟨⟩\n}", "a {\n\tb\n}", "{\n\ta {\n\t\tb\n\t}\n}"],
  ["that is indented as the place is", "class A:\n    ⟨⟩\n", inClass, `class A:\n${inClass}\n`],
  ["in the middle of a line", "  a = ⟨⟩;", "{\n  b,\n}", "  a = {\n    b,\n  };"],
  ["before a line that is there", "⟨⟩    def b(): pass", "x = 1", "x = 1\n    def b(): pass"],
  ["before code behind an indentation", "{\n  ⟨⟩b();\n}", "a();", "{\n  a();\n  b();\n}"],
  [
    "for whole lines and the end of the last",
    "class A:\n⟨    def add(): pass\n⟩    x = 1",
    method,
    `class A:\n${inClass}\n    x = 1`,
  ],
  [
    "for lines from their code on",
    "class A:\n    ⟨def add():\n        pass⟩\n",
    method,
    `class A:\n${inClass}\n`,
  ],
  ["for lines of which the first is deeper", "⟨    b\n  c⟩\n", "d\ne", "  d\n  e\n"],
  ["for a part of a line", "  a = ⟨old⟩ + 1;", "fresh", "  a = fresh + 1;"],
  ["for the rest of a line and its end", "  a = ⟨old;\n⟩b", "fresh;", "  a = fresh;\nb"],
  [
    "from deeper than its place",
    "def a():\n    ⟨⟩",
    "        x\n            y",
    "def a():\n    x\n        y",
  ],
  [
    "from deeper than the lines it replaces",
    "a:\n⟨    b\n⟩c",
    "        x\n        y",
    "a:\n    x\n    y\nc",
  ],
  ["with spaces where the place has a tab", "a:\n\t⟨⟩", "    x\n    y", "a:\n\tx\n\ty"],
  ["with tabs where the place has spaces", "a:\n  ⟨⟩", "\tx\n\ty", "a:\n  x\n  y"],
  ["for lines up to the code of the next", "{\n⟨  b;\n  ⟩c;\n}", "z;", "{\n  z;\n  c;\n}"],
  ["for a line of blanks", "a:\n⟨    ⟩\nb", "x\ny", "a:\n    x\n    y\nb"],
  ["with blank lines", "  ⟨⟩", "a\n\nb", "  a\n\n  b"],
  ["that ends with a line end", "⟨a⟩\nb", "c\n", "c\nb"],
  ["that is empty, for whole lines", "a\n⟨b\n⟩c", "", "a\nc"],
  ["that is empty, before code", "  ⟨⟩b", "\n", "  b"],
  [
    "below a line from whose end on lines are replaced",
    "foo {⟨\n    x();\n    y();⟩\n}",
    "a();\nb();",
    "foo {\n    a();\n    b();\n}",
  ],
  [
    "below a comment, with the end of the last line",
    "  // note⟨ \n  x();\n⟩  y();",
    "a();\nb();",
    "  // note \n  a();\n  b();\n  y();",
  ],
  ["below a line, for lines of other ends", "a {⟨\r\n\tx();⟩\r\n}", "b();", "a {\n\tb();\r\n}"],
  ["between two lines, for the line end", "a⟨\n⟩b", "x", "a\nx\nb"],
  ["between two lines, for the line end and blanks", "a\n  b⟨\n  ⟩c", "x", "a\n  b\n  x\n  c"],
  ["before code, for its indentation", "{\n⟨  ⟩b();\n}", "a();", "{\n  a();\n  b();\n}"],
  ["behind the begin of a line", "const x = ⟨old⟩;", "{\n  a,\n}", "const x = {\n  a,\n};"],
  ["with other line ends", "  ⟨⟩", "a\r\nb\r\n", "  a\n  b"],
];

void describe("A block of code goes", () => {
  for (const [what, marked, code, expected] of places) {
    void it(what, () => {
      const [, above = "", replaced = "", below = ""] = /^(.*)⟨(.*)⟩(.*)$/s.exec(marked) ?? [];
      const before = above.slice(above.lastIndexOf("\n") + 1);
      const after = below.split("\n")[0] ?? "";
      assert.equal(`${above}${placedCode(code, { before, replaced, after })}${below}`, expected);
    });
  }
});

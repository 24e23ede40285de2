import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { enough, extentOf, lineBefore, restOfLine } from "../../../src/completion/extent.ts";
import { atCursor } from "../../helpers/cursor.ts";

describe("the extent of a suggestion", () => {
  it("is a block on a blank line and a line anywhere else", () => {
    for (const blank of ["█", "a\n█\nb", "a\n\t █ \r\nb", "a\r\n  █"]) {
      assert.equal(extentOf(atCursor(blank)), "block", JSON.stringify(blank));
    }
    for (const begun of ["a█", "█a", "  a█\n", "a\n  █)\n"]) {
      assert.equal(extentOf(atCursor(begun)), "line", JSON.stringify(begun));
    }
  });

  it("sees the line left and right of the cursor with either line break", () => {
    assert.equal(lineBefore("a\r\n\tb"), "\tb");
    assert.equal(lineBefore("b"), "b");
    assert.equal(restOfLine(" b\r\nc"), " b");
    assert.equal(restOfLine("b\nc"), "b");
    assert.equal(restOfLine("b"), "b");
  });
});

describe("enough of a streamed answer", () => {
  it("is a line that has ended, where one line is wanted", () => {
    assert.equal(enough("foo();", "line"), undefined);
    assert.equal(enough("foo();\n", "line"), "foo();");
    assert.equal(enough("foo();\r\nbar", "line"), "foo();");
  });

  it("is the line after a line break the answer begins with", () => {
    assert.equal(enough("\n", "line"), undefined);
    assert.equal(enough("\r\n    foo();", "line"), undefined);
    assert.equal(enough("\r\n    foo();\r\n", "line"), "\r\n    foo();");
  });

  it("is a block up to a blank line, be it of blanks or CRLF", () => {
    assert.equal(enough("a\nb\n", "block"), undefined);
    assert.equal(enough("a\nb\n\nc", "block"), "a\nb");
    assert.equal(enough("a\r\nb\r\n \t\r\nc", "block"), "a\r\nb");
  });
});

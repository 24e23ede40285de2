import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isLineEnd, readTokens, tokenEnd } from "../../../src/engine/lexer.ts";

/** The tokens of a text as they stand there, `/` for a line's end. */
function tokensOf(text: string): string {
  const tokens: string[] = [];
  readTokens(text, { from: 0, to: text.length }, (hash, offset) => {
    tokens.push(isLineEnd(hash) ? "/" : text.slice(offset, tokenEnd(text, offset)));
  });
  return tokens.join(" ");
}

const hashesOf = (text: string): number[] => {
  const hashes: number[] = [];
  readTokens(text, { from: 0, to: text.length }, (hash) => hashes.push(hash));
  return hashes;
};

describe("the lexer", () => {
  it("cuts text into words, signs and line ends", () => {
    assert.equal(tokensOf("if (a1 !== $b_c) {\n\n  go()"), "if ( a1 ! = = $b_c ) { / go ( )");
  });

  it("ends a line at each of Unicode's line ends", () => {
    for (const lineEnd of ["\n", "\r\n", "\r", "\u2028", "\u2029"])
      assert.equal(tokensOf(`a${lineEnd}b`), "a / b", JSON.stringify(lineEnd));
  });

  it("sees how lines are indented whatever ends them", () => {
    const lines = ["  a {", "", "    b", "    c", "  }"];
    const plain = hashesOf(lines.join("\n"));
    for (const lineEnd of ["\r\n", "\r", "\u2028"])
      assert.deepEqual(hashesOf(lines.join(lineEnd)), plain, JSON.stringify(lineEnd));
  });

  it("takes every space of Unicode for one", () => {
    for (const code of [0xa0, 0x1680, 0x2000, 0x2009, 0x200a, 0x202f, 0x205f, 0x3000, 0xfeff])
      assert.equal(tokensOf(`a${String.fromCharCode(code)}b`), "a b", code.toString(16));
  });

  it("cuts sentences of other scripts at their punctuation", () => {
    assert.equal(
      tokensOf("错误：找不到文件，请重试。（再试）"),
      "错误 ： 找不到文件 ， 请重试 。 （ 再试 ）",
    );
    assert.equal(tokensOf("「人々」、そして〇"), "「 人々 」 、 そして〇");
    assert.equal(tokensOf("“don’t” – «да»…"), "“ don ’ t ” – « да » …");
  });

  it("keeps letters and signs beyond the first plane whole", () => {
    assert.equal(tokensOf("🙂🙃 𝒳x"), "🙂🙃 𝒳x");
  });
});

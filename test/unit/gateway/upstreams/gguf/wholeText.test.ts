import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { WholeText } from "../../../../../src/gateway/upstreams/gguf/wholeText.ts";

/** A vocabulary of these byte strings, as a model's own would be decoded. */
function vocabulary(tokens: readonly Uint8Array[]) {
  return {
    detokenize: (ids: readonly number[]) =>
      Buffer.concat(ids.map((id) => tokens[id] ?? new Uint8Array())).toString(),
  };
}

function piecesOf(tokens: readonly Uint8Array[]): string[] {
  const text = new WholeText(vocabulary(tokens), []);
  return tokens.map((_, id) => text.add(id));
}

/** Cuts bytes at these places. */
function cutAt(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...places].map((from, at) => bytes.subarray(from, places[at] ?? bytes.length));
}

describe("text from tokens", () => {
  it("comes with the token that makes a character whole", () => {
    const bytes = [...Buffer.from("aé😀z")].map((byte) => Uint8Array.of(byte));
    assert.deepEqual(piecesOf(bytes), ["a", "", "é", "", "", "", "😀", "z"]);
  });

  it("comes as far as it is whole when a token ends within a character", () => {
    const bytes = Buffer.from("ab😀c");
    assert.deepEqual(piecesOf(cutAt(bytes, [4])), ["ab", "😀c"]);
  });

  it("is the whole text, in whole characters, wherever its bytes are cut", () => {
    const texts = fc.string({ unit: "binary" }).filter((text) => !text.includes("\ufffd"));
    fc.assert(
      fc.property(texts, fc.array(fc.nat()), (text, cuts) => {
        const pieces = piecesOf(cutAt(Buffer.from(text), cuts));
        assert.equal(pieces.join(""), text);
        for (const piece of pieces) assert.ok(piece.isWellFormed() && !piece.includes("\ufffd"));
      }),
    );
  });

  it("goes on behind bytes that are no character", () => {
    const tokens = [[0xff], [0xff], [0xff], [0xff], [0xff], [0x61]].map((each) =>
      Uint8Array.from(each),
    );
    assert.ok(piecesOf(tokens).join("").endsWith("a"));
    assert.ok(piecesOf(tokens.slice(0, 5)).join("").length >= 2, "is not held back for ever");
  });
});

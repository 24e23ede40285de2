import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { decodeEdits, encodeEdits } from "../../../src/wire/editFrame.ts";
import { encodeIndented, expandIndented } from "../../../src/wire/indentation.ts";

const run = fc.integer({ min: 0, max: 70 }).map((count) => " ".repeat(count));
const part = fc.oneof(
  run,
  fc.constantFrom("\t", "\n", "\r\n", "x", "};", "é", "漢", "😀", "\u00a0", "\ufeff", "\u0000"),
);
/** Any text whose characters are whole, with runs of spaces. */
const text = fc.array(part, { maxLength: 20 }).map((parts) => parts.join(""));
const ask = { check: 0xffff, keepsOlder: false, ahead: undefined };
const noLimit = 1024 * 1024;

const expanded = (bytes: Uint8Array, maxBytes = noLimit): string =>
  Buffer.from(expandIndented(bytes, maxBytes)).toString();

describe("runs of spaces", () => {
  it("are a byte for each 32, one for what is left in fours, and the rest as it is", () => {
    for (let count = 0; count <= 70; count++) {
      const fours = Math.floor((count % 32) / 4);
      const bytes = Array<number>(Math.floor(count / 32)).fill(0xff);
      if (fours > 0) bytes.push(0xf7 + fours);
      bytes.push(...Array<number>(count % 4).fill(0x20));
      assert.deepEqual([...encodeIndented(" ".repeat(count))], bytes, `${count} spaces`);
      assert.deepEqual([...encodeIndented(`\t${" ".repeat(count)}é`)], [9, ...bytes, 0xc3, 0xa9]);
    }
  });

  it("come back as they were, whatever is round them, in no more bytes than UTF-8 takes", () => {
    fc.assert(
      fc.property(text, (whole) => {
        const bytes = encodeIndented(whole);
        assert.equal(expanded(bytes), whole);
        assert.ok(bytes.length <= Buffer.byteLength(whole));
        assert.equal(Buffer.from(bytes).toString("latin1").includes("    "), false);
      }),
      { numRuns: 3_000 },
    );
  });

  it("never begin a typed frame: its first byte is below 0x80", () => {
    let typed = 0;
    fc.assert(
      fc.property(text, (whole) => {
        const edits = whole === "" ? [] : [{ offset: 5, deletedChars: 0, text: whole }];
        const frame = { edits, cursor: 5 + whole.length, ask, swap: undefined };
        const bytes = encodeEdits(frame, 5);
        assert.deepEqual(decodeEdits(bytes, 5), frame);
        const coded = encodeIndented(whole);
        const [first = 0xff] = coded;
        if (first < 0x80) {
          typed++;
          assert.equal(bytes.length, coded.length + 2);
          assert.equal(bytes[0], first);
        } else assert.equal(bytes[0], 0x89);
      }),
      { numRuns: 3_000 },
    );
    assert.ok(typed > 500, `${typed} were typed frames`);
  });

  it("make Enter in a deep block four bytes", () => {
    const edit = { offset: 9, deletedChars: 0, text: `\n${" ".repeat(20)}` };
    assert.equal(encodeEdits({ edits: [edit], cursor: 30, ask }, 9).length, 4);
  });

  it("are refused where the text would be longer than allowed, by one byte too", () => {
    const bytes = Uint8Array.of(0x61, 0xff, 0xf8, 0x62); // 38 units
    assert.equal(expanded(bytes, 38).length, 38);
    assert.throws(() => expandIndented(bytes, 37), { code: "too-large" });
    const codes = Buffer.alloc(1024, 0xff);
    assert.equal(expandIndented(codes, 32 * 1024).length, 32 * 1024);
    assert.throws(() => expandIndented(codes, 32 * 1024 - 1), { code: "too-large" });
  });

  it("are none in what is not UTF-8: that stays what it is", () => {
    const bytes = Uint8Array.of(0xc3, 0xf7, 0x80);
    assert.deepEqual([...expandIndented(bytes, noLimit)], [...bytes]);
  });
});

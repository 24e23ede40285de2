import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  decodeClientMessage,
  decodeServerMessage,
  encodeClientMessage,
  encodeServerMessage,
} from "../../../src/wire/codec.ts";
import { Failure } from "../../../src/base/failure.ts";
import { decodeEdits, encodeEdits, isEditKind } from "../../../src/wire/editFrame.ts";
import { cursorBefore, editFrames } from "./goldenEdits.ts";
import { bytesOf, clientFrames, gatewayFrames, type Golden } from "./goldenFrames.ts";

describe("the client's frames, byte for byte", () => {
  describeFrames(clientFrames, encodeClientMessage, (bytes) => {
    const message = decodeClientMessage(bytes);
    assert.ok(message, "taken for an edit");
    return message;
  });
});

describe("the gateway's frames, byte for byte", () => {
  describeFrames(gatewayFrames, encodeServerMessage, decodeServerMessage);
});

describe("the frames of edits, byte for byte", () => {
  describeFrames(
    editFrames,
    (frame) => encodeEdits(frame, cursorBefore),
    (bytes) => decodeEdits(bytes, cursorBefore),
  );

  it("are left to the reader of edits", () => {
    for (const { frame } of editFrames)
      assert.equal(decodeClientMessage(bytesOf(frame)), undefined);
    for (const { frame } of clientFrames) assert.ok(!isEditKind(bytesOf(frame)[0] ?? 0), frame);
  });

  it("are three bytes for any key of ASCII", () => {
    for (let unit = 0; unit < 0x80; unit++) {
      const edit = { offset: 7, deletedChars: 0, text: String.fromCharCode(unit) };
      const frame = {
        edits: [edit],
        cursor: 8,
        ask: { check: 0xabcd, keepsOlder: false, ahead: undefined },
      };
      const bytes = encodeEdits(frame, 7);
      assert.deepEqual([...bytes], [unit, 0xab, 0xcd]);
      assert.deepEqual(decodeEdits(bytes, 7), { ...frame, swap: undefined });
    }
  });

  it("mean the same as a typed key and as an edit", () => {
    const typed = decodeEdits(bytesOf("'x' 1234"), cursorBefore);
    assert.deepEqual(decodeEdits(bytesOf("81 00 00 'x' 1234"), cursorBefore), typed);
    assert.deepEqual(decodeEdits(bytesOf("89 00 'x' 1234"), cursorBefore), typed);
    assert.deepEqual(decodeEdits(bytesOf("99 00 00 'x' 1234"), cursorBefore), typed);
    const indented = decodeEdits(bytesOf("0a f9 1234"), cursorBefore);
    assert.deepEqual(decodeEdits(bytesOf("0a 2020202020202020 1234"), cursorBefore), indented);
    assert.deepEqual(decodeEdits(bytesOf("0a f8f8 1234"), cursorBefore), indented);
  });
});

const isProtocolFailure = (error: unknown): boolean =>
  error instanceof Failure && error.code === "protocol";

function describeFrames<M>(
  frames: readonly Golden<M>[],
  encode: (message: M) => Uint8Array,
  decode: (bytes: Uint8Array) => M,
): void {
  for (const { name, message, frame, isOpenEnded } of frames) {
    it(`are as the protocol says: ${name}`, () => {
      assert.equal(Buffer.from(encode(message)).toString("hex"), hexOf(frame));
      assert.deepEqual(decode(bytesOf(frame)), message);
    });

    it(`are read from the middle of a larger buffer: ${name}`, () => {
      const bytes = bytesOf(frame);
      const larger = Buffer.concat([Buffer.alloc(5, 0xff), bytes, Buffer.alloc(5, 0xff)]);
      assert.deepEqual(decode(larger.subarray(5, 5 + bytes.length)), message);
    });

    it(`are refused wherever they are cut short, or are other frames: ${name}`, () => {
      const bytes = bytesOf(frame);
      for (let length = 1; length < bytes.length; length++) {
        const cut = bytes.subarray(0, length);
        if (isOpenEnded) assertRefusedOrOther(() => decode(cut), message);
        else assert.throws(() => decode(cut), isProtocolFailure, `the first ${length} bytes`);
      }
    });

    it(`are refused with one byte more, or are other frames: ${name}`, () => {
      for (const extra of [0x00, 0x41, 0x7f, 0x80, 0xff]) {
        const longer = Buffer.concat([bytesOf(frame), Buffer.of(extra)]);
        if (isOpenEnded) assertRefusedOrOther(() => decode(longer), message);
        else assert.throws(() => decode(longer), isProtocolFailure, `and the byte ${extra}`);
      }
    });
  }
}

function assertRefusedOrOther(read: () => unknown, message: unknown): void {
  let other: unknown;
  try {
    other = read();
  } catch (error) {
    assert.ok(isProtocolFailure(error), String(error));
    return;
  }
  assert.notDeepEqual(other, message);
}

const hexOf = (frame: string): string => Buffer.from(bytesOf(frame)).toString("hex");

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  decodeClientMessage,
  decodeServerMessage,
  encodeClientMessage,
  encodeServerMessage,
} from "../../../src/wire/codec.ts";
import { Failure } from "../../../src/base/failure.ts";
import { bytesOf, clientFrames, gatewayFrames, type Golden } from "./goldenFrames.ts";

describe("the client's frames, byte for byte", () => {
  describeFrames(clientFrames, encodeClientMessage, decodeClientMessage);
});

describe("the gateway's frames, byte for byte", () => {
  describeFrames(gatewayFrames, encodeServerMessage, decodeServerMessage);
});

const isProtocolFailure = (error: unknown): boolean =>
  error instanceof Failure && error.code === "protocol";

function describeFrames<M>(
  frames: readonly Golden<M>[],
  encode: (message: M) => Uint8Array,
  decode: (bytes: Uint8Array) => M,
): void {
  for (const { name, message, frame, endsInText } of frames) {
    it(`are as the protocol says: ${name}`, () => {
      assert.equal(Buffer.from(encode(message)).toString("hex"), hexOf(frame));
      assert.deepEqual(decode(bytesOf(frame)), message);
    });

    it(`are read from the middle of a larger buffer: ${name}`, () => {
      const bytes = bytesOf(frame);
      const larger = Buffer.concat([Buffer.alloc(5, 0xff), bytes, Buffer.alloc(5, 0xff)]);
      assert.deepEqual(decode(larger.subarray(5, 5 + bytes.length)), message);
    });

    it(`are refused wherever they are cut short: ${name}`, () => {
      const bytes = bytesOf(frame);
      for (let length = 0; length < bytes.length; length++) {
        const cut = bytes.subarray(0, length);
        if (endsInText) assertRefusedOrRead(() => decode(cut));
        else assert.throws(() => decode(cut), isProtocolFailure, `the first ${length} bytes`);
      }
    });

    it(`are refused with one byte more, unless their text goes to the end: ${name}`, () => {
      for (const extra of [0x00, 0x41, 0x7f, 0x80, 0xff]) {
        const longer = Buffer.concat([bytesOf(frame), Buffer.of(extra)]);
        if (endsInText && extra < 0x80) assert.notDeepEqual(decode(longer), message);
        else assert.throws(() => decode(longer), isProtocolFailure, `and the byte ${extra}`);
      }
    });
  }
}

function assertRefusedOrRead(read: () => unknown): void {
  try {
    read();
  } catch (error) {
    assert.ok(isProtocolFailure(error), String(error));
  }
}

const hexOf = (frame: string): string => Buffer.from(bytesOf(frame)).toString("hex");

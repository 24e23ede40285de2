import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Failure } from "../../../src/base/failure.ts";
import { pad, unpad } from "../../../src/wire/padding.ts";

describe("the padding of a frame", () => {
  it("makes its length a multiple of 16, and leaves the payload as it was", () => {
    for (let length = 0; length <= 48; length++) {
      const payload = Buffer.alloc(length, length);
      assert.equal(pad(payload).length % 16, 0);
      assert.deepEqual(Buffer.from(unpad(pad(payload))), payload);
    }
  });

  for (const [what, frame] of [
    ["none", []],
    ["a length of its own", Array.from({ length: 15 }, () => 15)],
    ["a filling of nothing", Array.from({ length: 16 }, () => 0)],
    ["more filling than is needed", Array.from({ length: 32 }, () => 32)],
    ["a filling of other bytes", [...Array.from({ length: 15 }, () => 1), 2]],
  ] as const)
    it(`is refused where it has ${what}`, () => {
      const isProtocol = (error: unknown) => error instanceof Failure && error.code === "protocol";
      assert.throws(() => unpad(Uint8Array.from(frame)), isProtocol);
    });
});

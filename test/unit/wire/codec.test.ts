import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  decodeClientMessage,
  decodeServerMessage,
  encodeClientMessage,
  encodeServerMessage,
} from "../../../src/wire/codec.ts";
import { Failure } from "../../../src/base/failure.ts";
import { type CompletionRequest, type GatewayTimings } from "../../../src/wire/messages.ts";
import { freshSeed, seededRandom } from "../../helpers/randomness.ts";
import { clientMessage, gatewayMessage } from "./arbitraryMessages.ts";
import { bytesOf, clientFrames, gatewayFrames } from "./goldenFrames.ts";
import { plainOf, readPlainly } from "./plainCodec.ts";

const isProtocolFailure = (error: unknown): boolean =>
  error instanceof Failure && error.code === "protocol";

describe("messages of both ends", () => {
  it("come back from their frames as they were: the client's", () => {
    fc.assert(
      fc.property(clientMessage, (message) => {
        assert.deepEqual(decodeClientMessage(encodeClientMessage(message)), message);
      }),
      { numRuns: 500 },
    );
  });

  it("come back from their frames as they were: the gateway's", () => {
    fc.assert(
      fc.property(gatewayMessage, (message) => {
        assert.deepEqual(decodeServerMessage(encodeServerMessage(message)), message);
      }),
      { numRuns: 500 },
    );
  });

  it("are read the same by a second reader of the protocol", () => {
    fc.assert(
      fc.property(fc.oneof(clientMessage, gatewayMessage), (message) => {
        if (message.kind === "hello" || message.kind === "welcome") return;
        const frame = isOfClient(message.kind)
          ? encodeClientMessage(message as Parameters<typeof encodeClientMessage>[0])
          : encodeServerMessage(message as Parameters<typeof encodeServerMessage>[0]);
        assert.deepEqual(readPlainly(frame)?.fields, plainOf(message));
      }),
      { numRuns: 200 },
    );
  });

  it("replace a lone surrogate and leave pairs alone", () => {
    const text = "a\ud83d😀\ude00b";
    const frame = encodeServerMessage({ kind: "text", stream: 1, origin: "draft", text });
    const read = decodeServerMessage(frame);
    assert.deepEqual(read, { kind: "text", stream: 1, origin: "draft", text: "a\ufffd😀\ufffdb" });
  });

  it("carry a megabyte of text", () => {
    const request = requestWith({ before: "x".repeat(500_000), after: "😀".repeat(125_000) });
    const frame = encodeClientMessage({ kind: "complete", stream: 1, request });
    assert.deepEqual(decodeClientMessage(frame), { kind: "complete", stream: 1, request });
  });
});

describe("times of an answer", () => {
  function carried(timings: GatewayTimings): GatewayTimings {
    const read = decodeServerMessage(encodeServerMessage({ kind: "end", stream: 1, timings }));
    assert.equal(read.kind, "end");
    return read.timings;
  }

  it("are carried to the microsecond", () => {
    const timings = { totalMs: 12.345_678, draftMs: 0.000_4, firstRemoteMs: 1.000_6 };
    assert.deepEqual(carried(timings), { totalMs: 12.346, draftMs: 0, firstRemoteMs: 1.001 });
  });

  it("are cut to what fits, not refused", () => {
    const longest = 0xffff_fffe / 1000;
    const timings = { totalMs: 1e12, draftMs: -1, firstRemoteMs: Number.POSITIVE_INFINITY };
    assert.deepEqual(carried(timings), { totalMs: longest, draftMs: 0, firstRemoteMs: longest });
  });
});

describe("numbers that no frame carries", () => {
  for (const number of [-1, 0.5, 2 ** 32, Number.NaN, Number.POSITIVE_INFINITY]) {
    it(`are an error of whoever sends them: ${number}`, () => {
      assert.throws(() => encodeClientMessage({ kind: "cancel", stream: number }), RangeError);
    });
  }
});

const wrongFrames: readonly (readonly [name: string, frame: string])[] = [
  ["an empty frame", ""],
  ["kind 0", "00"],
  ["an unknown kind of the client", "05"],
  ["an unknown kind of the gateway", "87 00"],
  ["the highest kind", "ff"],
  ["a number of six bytes", "03 808080808001"],
  ["a number of five bytes with more than 32 bits", "03 8080808010"],
  ["the largest number of five bytes", "03 ffffffff7f"],
  ["one above the largest number", "03 8080808010"],
  ["zero in two bytes", "03 8000"],
  ["one in two bytes", "03 8100"],
  ["zero in five bytes", "03 8080808000"],
  ["a number that never ends", "03 ffffffffff"],
  ["an unknown flag", "02 01 02 01 00 00 00 00"],
  ["an unknown flag beside a known one", "02 01 81 01 00 00 00 00"],
  ["a text longer than its frame", "02 01 00 01 05 'abcd' 00 00"],
  ["a text of four gigabytes", "02 01 00 01 ffffffff0f 00 00 00"],
  ["a path cut inside a character", "02 01 00 01 01 c3 00 00 00"],
  ["an origin nobody knows", "82 01 02 'text'"],
  ["a stray continuation byte", "82 01 00 80"],
  ["an overlong slash", "82 01 00 c0af"],
  ["a surrogate in UTF-8", "82 01 00 eda080"],
  ["a code point above the last one", "82 01 00 f4908080"],
  ["bad UTF-8 in a sentence", "85 01 00 ff"],
  ["bad UTF-8 in a hello", '01 \'{"protocolVersion":1,"client":"\' ff \'"}\''],
];

describe("frames the protocol does not allow", () => {
  for (const [name, frame] of wrongFrames) {
    it(`are refused: ${name}`, () => {
      const bytes = bytesOf(frame);
      assert.throws(() => decodeClientMessage(bytes), isProtocolFailure);
      assert.throws(() => decodeServerMessage(bytes), isProtocolFailure);
    });
  }

  it("are refused when they are the other end's", () => {
    for (const { frame } of gatewayFrames) {
      assert.throws(() => decodeClientMessage(bytesOf(frame)), isProtocolFailure, frame);
    }
    for (const { frame } of clientFrames) {
      assert.throws(() => decodeServerMessage(bytesOf(frame)), isProtocolFailure, frame);
    }
  });

  it("are told from good ones as a second reader tells them, among 20,000 random ones", (t) => {
    const seed = freshSeed();
    t.diagnostic(`seed ${seed}`);
    const random = seededRandom(seed);
    let good = 0;
    for (let each = 0; each < 20_000; each++) {
      const frame = each % 2 === 0 ? noise(random) : damaged(random);
      const [kind = 0] = frame;
      const decode = kind < 0x80 ? decodeClientMessage : decodeServerMessage;
      const plain = readPlainly(frame);
      const context = `seed ${seed}, frame ${Buffer.from(frame).toString("hex")}`;
      try {
        const message = decode(frame);
        if (message.kind === "hello" || message.kind === "welcome") continue;
        good++;
        if (message.kind === "failed" && plain) continue; // its code may be one of a newer gateway
        assert.deepEqual(plain?.fields, plainOf(message), context);
      } catch (error) {
        assert.ok(isProtocolFailure(error), `${String(error)}, ${context}`);
        assert.equal(plain, undefined, context);
      }
    }
    assert.ok(good > 1_000, `only ${good} frames were good ones: nothing was compared`);
  });
});

/** Random bytes behind the byte of a kind, mostly a known one. */
function noise(random: () => number): Uint8Array {
  const kinds = [0x01, 0x02, 0x03, 0x04, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86];
  const frame = Uint8Array.from({ length: 1 + Math.floor(random() * 12) }, () => random() * 256);
  if (random() < 0.9) frame[0] = kinds[Math.floor(random() * kinds.length)] ?? 0;
  return frame;
}

/** A good frame with one byte changed. */
function damaged(random: () => number): Uint8Array {
  const all = [...clientFrames, ...gatewayFrames];
  const frame = bytesOf(all[Math.floor(random() * all.length)]?.frame ?? "");
  frame[Math.floor(random() * frame.length)] = Math.floor(random() * 256);
  return frame;
}

const isOfClient = (kind: string): boolean => ["complete", "cancel", "ping"].includes(kind);

function requestWith(parts: Partial<CompletionRequest>): CompletionRequest {
  const texts = { path: "", languageId: "", before: "", after: "" };
  return { ...texts, documentVersion: 1, isConfined: false, ...parts };
}

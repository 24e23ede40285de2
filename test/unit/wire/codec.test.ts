import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { Failure } from "../../../src/base/failure.ts";
import {
  decodeClientMessage,
  decodeServerMessage,
  encodeClientMessage,
  encodeServerMessage,
} from "../../../src/wire/codec.ts";
import { decodeEdits, encodeEdits, type EditFrame } from "../../../src/wire/editFrame.ts";
import {
  type ClientMessage,
  type GatewayTimings,
  type ServerMessage,
} from "../../../src/wire/messages.ts";
import { freshSeed, seededRandom } from "../../helpers/randomness.ts";
import { clientMessage, editsAndCursor, gatewayMessage } from "./arbitraryMessages.ts";
import { editFrames } from "./goldenEdits.ts";
import { bytesOf, clientFrames, gatewayFrames } from "./goldenFrames.ts";
import { plainOf, readClientPlainly, readGatewayPlainly } from "./plainCodec.ts";
import { type PlainEdits, readEditsPlainly } from "./plainEdits.ts";

const isProtocolFailure = (error: unknown): boolean =>
  error instanceof Failure && error.code === "protocol";
const isGreeting = ({ kind }: ClientMessage | ServerMessage): boolean =>
  kind === "hello" || kind === "welcome";

describe("messages of both ends", () => {
  it("come back from their frames as they were, and a second reader of the protocol agrees: the client's", () => {
    fc.assert(
      fc.property(clientMessage, (message) => {
        const frame = encodeClientMessage(message);
        assert.deepEqual(decodeClientMessage(frame), message);
        if (!isGreeting(message)) assert.deepEqual(readClientPlainly(frame), plainOf(message));
      }),
      { numRuns: 500 },
    );
  });

  it("come back from their frames as they were, and a second reader of the protocol agrees: the gateway's", () => {
    fc.assert(
      fc.property(gatewayMessage, (message) => {
        const frame = encodeServerMessage(message);
        assert.deepEqual(decodeServerMessage(frame), message);
        if (!isGreeting(message)) assert.deepEqual(readGatewayPlainly(frame), plainOf(message));
      }),
      { numRuns: 500 },
    );
  });

  it("come back from their frames as they were, and a second reader of the protocol agrees: edits", () => {
    fc.assert(
      fc.property(editsAndCursor, ({ frame, cursor }) => {
        const bytes = encodeEdits(frame, cursor);
        assert.deepEqual(decodeEdits(bytes, cursor), frame);
        assert.deepEqual(withoutIdle(readEditsPlainly(bytes, cursor)), plainEditsOf(frame));
      }),
      { numRuns: 1_000 },
    );
  });

  it("replace a lone surrogate in the gateway's text and leave pairs alone", () => {
    const text = "a\ud83d😀\ude00b";
    const frame = encodeServerMessage({ kind: "text", stream: 1, origin: "draft", text });
    const read = decodeServerMessage(frame);
    assert.deepEqual(read, { kind: "text", stream: 1, origin: "draft", text: "a\ufffd😀\ufffdb" });
  });

  it("carry a megabyte of text", () => {
    const text = "x".repeat(500_000) + "😀".repeat(125_000);
    const fill = { kind: "fill", document: 1, offset: 0, text } as const;
    assert.deepEqual(decodeClientMessage(encodeClientMessage(fill)), fill);
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

  for (const offset of [2 ** 31, -(2 ** 31) - 1, 0.5, Number.NaN]) {
    it(`are an error of whoever moves so far: ${offset}`, () => {
      const frame = { edits: [{ offset, deletedChars: 1, text: "" }], cursor: 0, ask: undefined };
      assert.throws(() => encodeEdits(frame, 0), RangeError);
    });
  }

  it("end just beyond the largest distances", () => {
    for (const offset of [2 ** 31 - 1, -(2 ** 31)]) {
      const frame = {
        edits: [{ offset, deletedChars: 1, text: "" }],
        cursor: offset,
        ask: undefined,
        swap: undefined,
      };
      assert.deepEqual(decodeEdits(encodeEdits(frame, 0), 0), frame);
    }
  });
});

const wrongClientFrames: readonly (readonly [name: string, frame: string])[] = [
  ["an empty frame", ""],
  ["the first unknown kind", "ad"],
  ["a codec's mark inside of a payload", "fe 00"],
  ["the highest kind", "ff"],
  ["a number of six bytes", "a9 808080808001"],
  ["a number of five bytes with more than 32 bits", "a9 8080808010"],
  ["the largest number of five bytes", "a9 ffffffff7f"],
  ["zero in two bytes", "a9 8000"],
  ["one in two bytes", "a9 8100"],
  ["zero in five bytes", "a9 8080808000"],
  ["a number that never ends", "a9 ffffffffff"],
  ["an unknown flag of open", "a1 01 04 00 00 00 01 00"],
  ["an unknown flag of open beside known ones", "a1 01 83 00 00 00 01 00"],
  ["a confined fill", "a3 01 01 00 'x'"],
  ["half a unit of UTF-16", "a3 01 02 00 'abc'"],
  ["a path longer than its frame", "a1 01 00 05 'abcd'"],
  ["a path of four gigabytes", "a1 01 00 ffffffff0f 00 00 00"],
  ["a path cut inside a character", "a1 01 00 01 c3 00 00 01 00"],
  ["a content id of 15 bytes", "a2 01 01 000102030405060708090a0b0c0d0e"],
  ["a content id of 17 bytes", "a2 01 01 000102030405060708090a0b0c0d0e0f10"],
  ["a hash of 7 bytes", "a6 01 00010203040506"],
  ["a snippet without a place", "a7"],
  ["an indentation that is not there taken away", "a3 01 00 00 f8 'a' 0a fd 'b'"],
  ["an indentation of 65 characters", "a3 01 00 00 f5f5f5f5f9 'a'"],
  ["an indentation of nothing", "a7 00 'a' 0a f8"],
  ["an indentation of an empty line", "a7 00 f8 0a 'a'"],
  ["an indentation before a space", "a7 00 f8 20 'a'"],
  ["an indentation inside a line", "a7 00 'a' f8 'a'"],
  ["a stray continuation byte", "a3 01 00 00 80"],
  ["an overlong slash", "a3 01 00 00 c0af"],
  ["a surrogate in UTF-8", "a3 01 00 00 eda080"],
  ["a code point above the last one", "a3 01 00 00 f4908080"],
  ["bad UTF-8 in a hello", 'a0 \'{"protocolVersion":2,"client":"\' ff \'"}\''],
];

const wrongGatewayFrames: readonly (readonly [name: string, frame: string])[] = [
  ["an empty frame", ""],
  ["the first unknown kind", "0b"],
  ["a client's kind", "a9 01"],
  ["the highest kind", "ff"],
  ["recalled with an unknown flag", "08 01 02"],
  ["recalled without its flag", "08 01"],
  ["zero in two bytes", "07 8000"],
  ["an end without its last time", "03 01 00 00"],
  ["bad UTF-8 in a sentence", "05 01 00 ff"],
  ["bad UTF-8 in a text", "01 01 c3"],
  ["bad UTF-8 in more of a text", "00 eda080"],
];

const wrongEdits: readonly (readonly [name: string, frame: string])[] = [
  ["an empty frame", ""],
  ["a key without a check", "78"],
  ["a key with half a check", "78 12"],
  ["a check alone", "81 12 34"],
  ["an ask cut in its check", "81 00 00 12"],
  ["an edit that keeps without asking", "90 02 00 00 'x'"],
  ["an extension that is not there", "90"],
  ["an unknown bit of the extension", "91 08 00 00 'x' 12 34"],
  ["a swap that is cut short", "98 04 00"],
  ["a plain edit without a place", "88"],
  ["an empty list", "84 00"],
  ["an empty list with an ask", "85 00 12 34"],
  ["more edits than a frame may have", `84 8120 ${"000100".repeat(4_097)}`],
  ["four billion edits", "84 ffffffff0f 00 00 00"],
  ["fewer edits than it says", "84 02 00 01 00"],
  ["more edits than it says", "84 02 00 01 00 00 01 00 00 01 00"],
  ["a list of one", "84 01 00 01 00"],
  ["a uniform list of one", "8c 01 00 01 00"],
  ["fewer places than it says", "8c 03 00 01 01 'x' 00"],
  ["more places than it says", "8c 02 00 01 01 'x' 00 00"],
  ["more places than a frame may have", `8c 8120 000100 ${"00".repeat(4_096)}`],
  ["a text in the list that is longer than the frame", "84 01 00 00 05 'abcd'"],
  ["half a unit of UTF-16", "98 01 00 00"],
  ["half a unit of UTF-16 in a list", "94 01 02 00 00 03 000000 00 01 00"],
  ["half a unit of UTF-16 in a uniform list", "9c 01 02 00 00 03 000000 00"],
  ["a typed text that is not UTF-8", "'x' c0 12 34"],
  ["a byte below those of spaces", "'x' f7 12 34"],
  ["spaces inside of a character", "88 00 c3 f8 a9"],
  ["a typed text cut in a character", "'x' c3 12 34"],
  ["an overlong slash", "80 00 00 c0af"],
  ["a surrogate in UTF-8", "80 00 00 eda080"],
  ["zero in two bytes", "80 8000 00 'x'"],
  ["a deletion of more than 32 bits", "80 00 ffffffff1f"],
];

describe("frames the protocol does not allow", () => {
  it("are none with as many edits as a frame may have", () => {
    for (const frame of [
      `84 8020 ${"000100".repeat(4_096)}`,
      `8c 8020 000100 ${"00".repeat(4_095)}`,
    ]) {
      assert.equal(decodeEdits(bytesOf(frame), 0).edits.length, 4_096);
    }
  });

  const groups = [
    ["the client's", wrongClientFrames, decodeClientMessage],
    ["the gateway's", wrongGatewayFrames, decodeServerMessage],
    ["edits", wrongEdits, (bytes: Uint8Array) => decodeEdits(bytes, 0)],
  ] as const;
  for (const [group, frames, decode] of groups) {
    for (const [name, frame] of frames) {
      it(`are refused: ${group}: ${name}`, () => {
        assert.throws(() => decode(bytesOf(frame)), isProtocolFailure);
      });
    }
  }

  it("are told from good ones as a second reader tells them, among 30,000 random ones", (t) => {
    const seed = freshSeed();
    t.diagnostic(`seed ${seed}`);
    const random = seededRandom(seed);
    const good = [0, 0, 0];
    for (let each = 0; each < 30_000; each++) {
      const frame = each % 2 === 0 ? noise(random) : damaged(random);
      const context = `seed ${seed}, frame ${Buffer.from(frame).toString("hex")}`;
      const kind = frame[0] ?? 0;
      const readers = kind <= 0x9f ? [1, 2] : [0];
      for (const reader of readers) {
        const [read, plain] = bothRead(reader, frame, context);
        assert.deepEqual(read, plain, context);
        if (read) good[reader] = (good[reader] ?? 0) + 1;
      }
    }
    assert.ok(
      good.every((count) => count > 1_000),
      `only ${good.join(", ")} frames were good ones`,
    );
  });
});

/** What both readers make of a frame: of the client, the gateway, or an edit; undefined for a refusal. */
function bothRead(reader: number, frame: Uint8Array, context: string): readonly unknown[] {
  try {
    if (reader === 2) {
      const read = plainEditsOf(decodeEdits(frame, 1_000));
      return [read, withoutIdle(readEditsPlainly(frame, 1_000))];
    }
    const message = reader === 0 ? decodeClientMessage(frame) : decodeServerMessage(frame);
    assert.ok(message, context);
    if (isGreeting(message)) return [];
    const plain = (reader === 0 ? readClientPlainly : readGatewayPlainly)(frame);
    // The code of a failure may be one of a newer gateway.
    return message.kind === "failed" && plain ? [] : [plainOf(message), plain];
  } catch (error) {
    assert.ok(isProtocolFailure(error), `${String(error)}, ${context}`);
    const plain = [
      readClientPlainly,
      readGatewayPlainly,
      (bytes: Uint8Array) => readEditsPlainly(bytes, 0),
    ];
    return [undefined, plain[reader]?.(frame)];
  }
}

const plainEditsOf = ({ edits, cursor, ask, swap }: EditFrame): PlainEdits => ({
  edits: edits.map(({ offset, deletedChars, text }) => [offset, deletedChars, text] as const),
  cursor,
  ask: ask && [ask.check, ask.keepsOlder],
  swap: swap && [swap.index, swap.place],
});

/** Without the edits that do nothing: they only move the cursor. */
const withoutIdle = (plain: PlainEdits | undefined): PlainEdits | undefined =>
  plain && {
    ...plain,
    edits: plain.edits.filter(([, deleted, text]) => deleted > 0 || text !== ""),
  };

/** Random bytes behind the byte of a kind, mostly a known one. */
function noise(random: () => number): Uint8Array {
  const frame = Uint8Array.from({ length: 1 + Math.floor(random() * 12) }, () => random() * 256);
  const draw = random();
  if (draw < 0.3) frame[0] = 0xa1 + Math.floor(random() * 12);
  else if (draw < 0.5) frame[0] = Math.floor(random() * 11);
  else if (draw < 0.8) frame[0] = 0x80 + Math.floor(random() * 32);
  return frame;
}

/** A good frame with one byte changed, cut out or put in. */
function damaged(random: () => number): Uint8Array {
  const groups = [clientFrames, gatewayFrames, editFrames];
  const group = groups[Math.floor(random() * groups.length)] ?? [];
  const frame = [...bytesOf(group[Math.floor(random() * group.length)]?.frame ?? "")];
  const at = Math.floor(random() * frame.length);
  const draw = random();
  if (draw < 0.7) frame[at] = Math.floor(random() * 256);
  else if (draw < 0.85) frame.splice(at, 1);
  else frame.splice(at, 0, Math.floor(random() * 256));
  return Uint8Array.from(frame);
}

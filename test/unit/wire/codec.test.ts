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
import type { ClientMessage, GatewayTimings, ServerMessage } from "../../../src/wire/messages.ts";
import { freshSeed, seededRandom } from "../../helpers/randomness.ts";
import { clientMessage, editsAndCursor, gatewayMessage } from "./arbitraryMessages.ts";
import { editFrames } from "./goldenEdits.ts";
import { bytesOf, clientFrames, gatewayFrames } from "./goldenFrames.ts";
import { plainOf, readClientPlainly, readGatewayPlainly } from "./plainCodec.ts";
import { type PlainEdits, readEditsPlainly } from "./plainEdits.ts";
import { wrongClientFrames, wrongEdits, wrongGatewayFrames } from "./wrongFrames.ts";

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

describe("tokens that a model's server has counted", () => {
  const timings = { totalMs: 1, draftMs: undefined, firstRemoteMs: undefined };
  const usage = { inputTokens: 3, cachedTokens: 2, outputTokens: 1 };

  for (const count of [-2, 12.5, 1e10, 2 ** 32 - 1, Number.NaN]) {
    for (const field of ["inputTokens", "cachedTokens", "outputTokens"] as const) {
      it(`go as if it had not counted where it says ${count} ${field}`, () => {
        const end = { kind: "end", stream: 1, timings } as const;
        const frame = encodeServerMessage({ ...end, usage: { ...usage, [field]: count } });
        assert.deepEqual(decodeServerMessage(frame), end);
      });
    }
  }
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

describe("an ask ahead", () => {
  const ahead = (text: string) => ({
    edits: [],
    cursor: 3,
    ask: { check: 1, keepsOlder: false, ahead: { text, deletedAfterChars: 0 } },
    swap: undefined,
  });
  const longest = {
    ASCII: "y".repeat(8_192),
    "runs of spaces": " ".repeat(8_192),
    "characters of three bytes": "漢".repeat(8_192),
    "halves of pairs": "\ud83d".repeat(8_192),
  };
  for (const [what, text] of Object.entries(longest)) {
    it(`may have 8,192 units of text, and is too large with one more: ${what}`, () => {
      assert.deepEqual(decodeEdits(encodeEdits(ahead(text), 0), 0), ahead(text));
      const longer = encodeEdits(ahead(`${text}x`), 0);
      assert.throws(() => decodeEdits(longer, 0), { code: "too-large" });
    });
  }
});

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
  ask: ask && [
    ask.check,
    ask.keepsOlder,
    ask.ahead && [ask.ahead.deletedAfterChars, ask.ahead.text],
  ],
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

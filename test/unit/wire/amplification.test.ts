/** What a few bytes can make the gateway do: bounded in memory and time, whatever they say. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Failure } from "../../../src/base/failure.ts";
import { ByteWriter } from "../../../src/wire/bytes.ts";
import { decodeClientMessage } from "../../../src/wire/codec.ts";
import { contentIdOf, wholeHashOf } from "../../../src/wire/contentId.ts";
import { DocumentReceiver } from "../../../src/wire/documentReceiver.ts";
import { DocumentText } from "../../../src/wire/documentText.ts";
import { editLimits } from "../../../src/wire/limits.ts";
import { ManualClock } from "../../helpers/manualClock.ts";

const name = { path: "a.ts", languageId: "typescript", isConfined: false };
const plainList = 0x8c;

function receiverWith(text: string, lengthChars = text.length, clock = new ManualClock()) {
  const receiver = new DocumentReceiver({ beforeChars: 16_000, afterChars: 8_000 }, clock);
  const message = { document: 1, name, lengthChars, nextStream: 1, offset: 0, text };
  receiver.open(message);
  return receiver;
}

/** One text put in at many places, a byte for each place. */
function uniformList(count: number, text: Uint8Array, step = 0): Uint8Array {
  const frame = new ByteWriter().byte(plainList).varint(count);
  frame.zigzag(0).varint(0).varint(text.length).bytes(text);
  for (let index = 1; index < count; index++) frame.zigzag(step);
  return frame.finish();
}

const isTooLarge = (error: unknown) => error instanceof Failure && error.code === "too-large";

/** The size of all objects once nothing more can be freed, in bytes. */
function heapBytes(): number {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  return process.memoryUsage().heapUsed;
}

describe("what a few bytes can ask for", () => {
  it("repeats no text in a list beyond what one frame may insert", () => {
    const receiver = receiverWith("x");
    const text = Buffer.alloc(1024, "a");
    const most = editLimits.insertedChars / text.length;
    receiver.edit(uniformList(most, text), 1);
    assert.throws(() => receiver.edit(uniformList(most + 1, text), 1), isTooLarge);
    assert.throws(() => receiver.edit(uniformList(editLimits.edits + 1, text), 1), Failure);
    assert.ok(receiver.totalChars < 2 * editLimits.insertedChars);
  });

  it("expands no run of spaces beyond it, and makes none of them before it is sure", () => {
    const receiver = receiverWith("x");
    const codes = Buffer.alloc(4 * 1024 * 1024, 0xff);
    const startedAt = performance.now();
    for (const kind of [[0x88, 0], [0x41]]) {
      const frame = Buffer.concat([Uint8Array.from(kind), codes]);
      assert.throws(() => receiver.edit(frame, 1), isTooLarge);
    }
    assert.throws(() => receiver.edit(uniformList(4_000, codes.subarray(0, 64)), 1), isTooLarge);
    assert.ok(performance.now() - startedAt < 5_000);
  });

  it("indents no lines beyond what a payload may hold", () => {
    const deep = Buffer.concat([Buffer.of(0xa7, 0, 0xf5, 0xf5, 0xf5, 0xf5), Buffer.from("x\n")]);
    const frame = Buffer.concat([deep, Buffer.alloc(4 * 1024 * 1024, "x\n")]);
    const startedAt = performance.now();
    assert.throws(() => decodeClientMessage(frame), isTooLarge);
    const most = decodeClientMessage(frame.subarray(0, 120_000));
    assert.ok(most?.kind === "put" && most.text.length < 4 * 1024 * 1024);
    assert.ok(performance.now() - startedAt < 2_000);
  });

  it("keeps a text in a bounded number of pieces, and takes one beyond it for a mismatch", () => {
    const lengthChars = 1_000_000;
    const text = DocumentText.unknown(lengthChars);
    let filled = 0;
    while (filled < lengthChars / 2 && text.fill(2 * filled, "a")) filled++;
    assert.ok(filled > 500 && filled < 10_000, `${filled} pieces`);
    const receiver = receiverWith("a", lengthChars);
    for (let frame = 0; frame < 8; frame++) {
      receiver.edit(uniformList(editLimits.edits, Buffer.from("b"), 1), 1);
    }
    const ask = receiver.edit(Uint8Array.of(0x41, 0, 0), 1);
    assert.equal(ask?.request, undefined);
  });

  it("keeps no long text alive for a short part of it", () => {
    const before = heapBytes();
    const texts = Array.from({ length: 40 }, () => {
      const long = Buffer.alloc(512 * 1024, "a").toString("latin1"); // of a size that is in the heap
      const text = DocumentText.of(long);
      text.apply({ offset: 20, deletedChars: long.length - 40, text: "" });
      return text;
    });
    const grownBytes = heapBytes() - before;
    assert.equal(texts[0]?.length, 40);
    assert.ok(grownBytes < 4 * 1024 * 1024, `${grownBytes} bytes for 40 short texts`);
  });

  it("compares no more text than its budget, and as much again later", () => {
    const clock = new ManualClock();
    const text = "a".repeat(4 * 1024 * 1024);
    const receiver = receiverWith(text, text.length, clock);
    const wrong = Buffer.alloc(8);
    assert.ok(receiver.verify(1, wholeHashOf(text)));
    assert.ok(receiver.verify(1, wholeHashOf(text)));
    assert.ok(receiver.verify(1, wrong), "beyond the budget nothing is compared");
    clock.advance(1_100);
    assert.ok(!receiver.verify(1, wrong));
  });

  it("has of its budget again what the time since the last text has brought, and all of it at most", () => {
    const clock = new ManualClock();
    const text = "a".repeat(4 * 1024 * 1024);
    const receiver = receiverWith(text, text.length, clock);
    const [right, wrong] = [wholeHashOf(text), Buffer.alloc(8)];
    for (const passedMs of [0, 3_600_000]) {
      clock.advance(passedMs);
      assert.ok(receiver.verify(1, right));
      assert.ok(receiver.verify(1, right));
      assert.ok(receiver.verify(1, wrong), "an hour brings no more than the whole");
    }
    clock.advance(1_100);
    assert.ok(receiver.verify(1, right));
    assert.ok(receiver.verify(1, wrong), "the same time counts once");
  });

  it("hashes no more closed text than its budget", () => {
    const text = "a".repeat(4 * 1024 * 1024 - 1024);
    const receiver = receiverWith(text);
    const id = contentIdOf(name, text);
    const recalls = [1, 2, 3].map(() => {
      receiver.close(1);
      return receiver.recall(1, id);
    });
    assert.deepEqual(recalls, [true, true, false]);
  });

  it("counts names and empty documents as memory", () => {
    const receiver = receiverWith("");
    for (let index = 0; index < 200; index++) {
      const path = `${index}`.padEnd(256 * 1024, "x");
      const opened = { document: 2, name: { ...name, path }, lengthChars: 0 };
      receiver.open({ ...opened, nextStream: 1, offset: 0, text: "" });
      receiver.close(2);
    }
    assert.ok(receiver.totalChars <= 4 * 1024 * 1024 + 1024, `${receiver.totalChars}`);
  });
});

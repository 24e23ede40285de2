import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Failure } from "../../../src/base/failure.ts";
import { StreamQueue } from "../../../src/link/streamQueue.ts";
import type { Piece, TextPiece } from "../../../src/wire/messages.ts";
import { textOf } from "../../helpers/requests.ts";

const text = (words: string): TextPiece => ({ kind: "text", origin: "draft", text: words });
const aQueue = () => new StreamQueue(1e9, () => undefined);
const lost = new Failure("link-lost", "gone");

describe("stream queue", () => {
  it("gives what was pushed before and after the reader came, in order", async () => {
    const queue = aQueue();
    queue.push(text("a"));
    queue.push(text("b"));
    const reading = textOf(queue.pieces());
    queue.push(text("c"));
    await Promise.resolve();
    queue.push(text("d"));
    queue.end();
    assert.equal(await reading, "abcd");
  });

  it("gives a piece as soon as it is pushed", async () => {
    const queue = aQueue();
    const pieces = queue.pieces();
    const next = pieces.next();
    queue.push(text("a"));
    assert.deepEqual(await next, { done: false, value: text("a") });
  });

  it("drops what comes after its end", async () => {
    const queue = aQueue();
    queue.push(text("a"));
    queue.end();
    queue.push(text("late"));
    queue.fail(lost);
    assert.equal(await textOf(queue.pieces()), "a");
  });

  it("ends once: a later failure or end changes nothing", async () => {
    const queue = aQueue();
    queue.fail(lost);
    queue.fail(new Failure("internal", "second"));
    queue.end();
    queue.cancel("third");
    await assert.rejects(textOf(queue.pieces()), lost);
  });

  it("throws its failure after what came before it", async () => {
    const queue = aQueue();
    const read: Piece[] = [];
    queue.push(text("a"));
    queue.fail(lost);
    const reading = (async () => {
      for await (const piece of queue.pieces()) read.push(piece);
    })();
    await assert.rejects(reading, lost);
    assert.deepEqual(read, [text("a")]);
  });

  it("throws the reason of a cancel at once and drops what was not read", async () => {
    const queue = aQueue();
    queue.push(text("a"));
    queue.push(text("unread"));
    const pieces = queue.pieces();
    await pieces.next();
    queue.cancel(new Error("typed on"));
    queue.push(text("late"));
    await assert.rejects(pieces.next(), /typed on/);
    assert.ok((await pieces.next()).done);
  });

  it("drops what was not read when it is cancelled after its end", async () => {
    const queue = aQueue();
    queue.push(text("unread"));
    queue.end();
    queue.cancel(new Error("typed on"));
    await assert.rejects(queue.pieces().next(), /typed on/);
  });

  it("says how much its reader has taken, whenever that comes to a grant, in UTF-8 bytes", async () => {
    const taken: number[] = [];
    const queue = new StreamQueue(10, (sizeBytes) => taken.push(sizeBytes));
    for (const words of ["12345", "éé", "1", "123", "12345678901234", "rest"])
      queue.push(text(words));
    assert.deepEqual(taken, []);
    const pieces = queue.pieces();
    const said: (readonly number[])[] = [];
    for (let each = 0; each < 6; each++) {
      await pieces.next();
      said.push([...taken]);
    }
    assert.deepEqual(said, [[], [], [10], [10], [10, 17], [10, 17]]);
  });

  it("wakes a reader that waits", async () => {
    const queue = aQueue();
    const next = queue.pieces().next();
    queue.cancel(new Error("typed on"));
    await assert.rejects(next, /typed on/);
  });

  it("holds ten thousand pieces for a reader that comes late", async () => {
    const queue = aQueue();
    for (let each = 0; each < 10_000; each++) queue.push(text("x"));
    queue.end();
    assert.equal((await textOf(queue.pieces())).length, 10_000);
  });
});

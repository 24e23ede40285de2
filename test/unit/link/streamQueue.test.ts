import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Failure } from "../../../src/base/failure.ts";
import { StreamQueue } from "../../../src/link/streamQueue.ts";
import { type Piece, type TextPiece } from "../../../src/wire/messages.ts";
import { textOf } from "../../helpers/requests.ts";

const text = (words: string): TextPiece => ({ kind: "text", origin: "draft", text: words });
const lost = new Failure("link-lost", "gone");

describe("stream queue", () => {
  it("gives what was pushed before and after the reader came, in order", async () => {
    const queue = new StreamQueue();
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
    const queue = new StreamQueue();
    const pieces = queue.pieces();
    const next = pieces.next();
    queue.push(text("a"));
    assert.deepEqual(await next, { done: false, value: text("a") });
  });

  it("drops what comes after its end", async () => {
    const queue = new StreamQueue();
    queue.push(text("a"));
    queue.end();
    queue.push(text("late"));
    queue.fail(lost);
    assert.equal(await textOf(queue.pieces()), "a");
  });

  it("ends once: a later failure or end changes nothing", async () => {
    const queue = new StreamQueue();
    queue.fail(lost);
    queue.fail(new Failure("internal", "second"));
    queue.end();
    queue.cancel("third");
    await assert.rejects(textOf(queue.pieces()), lost);
  });

  it("throws its failure after what came before it", async () => {
    const queue = new StreamQueue();
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
    const queue = new StreamQueue();
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
    const queue = new StreamQueue();
    queue.push(text("unread"));
    queue.end();
    queue.cancel(new Error("typed on"));
    await assert.rejects(queue.pieces().next(), /typed on/);
  });

  it("wakes a reader that waits", async () => {
    const queue = new StreamQueue();
    const next = queue.pieces().next();
    queue.cancel(new Error("typed on"));
    await assert.rejects(next, /typed on/);
  });

  it("holds ten thousand pieces for a reader that comes late", async () => {
    const queue = new StreamQueue();
    for (let each = 0; each < 10_000; each++) queue.push(text("x"));
    queue.end();
    assert.equal((await textOf(queue.pieces())).length, 10_000);
  });
});

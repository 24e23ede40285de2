import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ChatRun } from "../../../src/link/chatRun.ts";
import { ChatSession } from "../../../src/link/chatSession.ts";
import { streamCreditBytes } from "../../../src/wire/limits.ts";
import type { Piece } from "../../../src/wire/messages.ts";
import { fakeEnd, textPiece } from "../../helpers/fakeSource.ts";
import { ManualClock } from "../../helpers/manualClock.ts";
import { settled } from "../../helpers/settled.ts";

const answerOf = (texts: readonly string[]) =>
  async function* (): AsyncGenerator<Piece> {
    for (const text of texts) yield await Promise.resolve(textPiece(text));
    yield fakeEnd;
  };

/** A chat whose whole answer is there to be sent. */
async function ready(texts: readonly string[]): Promise<ChatRun> {
  const run = new ChatRun({
    clock: new ManualClock(),
    answer: answerOf(texts),
    question: "",
    hasRoom: () => true,
    onNews: () => undefined,
    onOutcome: () => undefined,
  });
  await settled();
  return run;
}

/** Takes all there is to send now; its bytes. */
function sent(run: ChatRun): number {
  let sizeBytes = 0;
  for (let frame = run.next(); frame?.kind === "text"; frame = run.next())
    sizeBytes += Buffer.byteLength(frame.text);
  return sizeBytes;
}

const long = ["a", "b", "c", "d", "e", "f"].map((letter) => letter.repeat(streamCreditBytes / 2));

describe("a chat at the gateway", () => {
  it("sends no more than its credit beyond what was sent, however much a client says it has taken", async () => {
    const run = await ready(long);
    assert.equal(run.next()?.kind, "text");
    run.grant(100 * streamCreditBytes);
    assert.equal(sent(run), streamCreditBytes);
    run.dispose();
  });

  it("does not go on for a client that has more unread than its credit", async () => {
    const run = await ready(long);
    const firstBytes = sent(run);
    run.grant(firstBytes);
    const receivedBytes = firstBytes + sent(run);
    const resume = (takenBytes: number) => run.resume({ stream: 1, receivedBytes, takenBytes });
    assert.ok(!resume(firstBytes - 1));
    assert.ok(resume(firstBytes));
    run.dispose();
  });

  it("says also the half of a character that its answer ends with", async () => {
    const run = await ready(["a\ud83d"]);
    assert.deepEqual(run.next(), { kind: "text", text: "a\ufffd" });
    assert.equal(run.next()?.kind, "end");
  });

  it("has one last word, though it is cancelled when that is on its way", async () => {
    const clock = new ManualClock();
    const owner = { tenant: "team", tokenHash: "" };
    const session = new ChatSession(owner, {
      clock,
      answer: answerOf(["a"]),
      onOutcome: () => undefined,
    });
    const words: string[] = [];
    session.attach({
      unsentBytes: () => 0,
      sendText: (_stream, text) => words.push(text),
      sendLast: (_stream, { kind }) => words.push(kind),
      superseded: () => undefined,
    });
    session.open(1, "why");
    await settled();
    assert.ok(session.cancel(1));
    assert.deepEqual(words, ["a", "end"]);
    session.dispose();
  });
});

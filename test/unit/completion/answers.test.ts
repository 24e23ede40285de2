import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Failure } from "../../../src/base/failure.ts";
import { patience } from "../../../src/completion/ask.ts";
import { type AskReport, Completer } from "../../../src/completion/completer.ts";
import { type AskResult } from "../../../src/completion/suggestion.ts";
import { snapshotAt } from "../../helpers/cursor.ts";
import { fakeEnd, FakeSource, textPiece } from "../../helpers/fakeSource.ts";
import { ManualClock } from "../../helpers/manualClock.ts";
import { settled } from "../../helpers/settled.ts";

function askAt(marked: string, { isDeaf = false, draftMs = 400 } = {}) {
  const clock = new ManualClock();
  const far = new FakeSource({ isDeaf });
  const completer = new Completer({
    source: far.source,
    clock,
    draftPatienceMs: () => draftMs,
  });
  const ask = completer.ask(snapshotAt(marked), clock.now());
  let result: AskResult | undefined;
  void ask.result.then((value) => (result = value));
  return { clock, completer, ask, answer: far.last, settledResult: () => result };
}

const draft = textPiece("draft()", "draft");
const down = new Failure("upstream-down", "the server is on fire");

describe("an answer of draft and model", () => {
  it("is the model's when it comes in time", async () => {
    const { answer, ask, clock } = askAt("█");
    answer.say(draft);
    await settled();
    clock.advance(patience.draftMs - 1);
    answer.say(textPiece("model"), textPiece("()"), fakeEnd);
    const { suggestion, reason, failure } = await ask.result;
    assert.deepEqual(suggestion, { text: "model()", replaceAfterChars: 0, origin: "remote" });
    assert.equal(reason, "");
    assert.equal(failure, undefined);
  });

  it("is the draft when the model has said nothing 400 ms later", async () => {
    const { answer, settledResult, clock } = askAt("█");
    answer.say(draft);
    await settled();
    clock.advance(399);
    await settled();
    assert.equal(settledResult(), undefined);
    clock.advance(1);
    await settled();
    assert.equal(settledResult()?.suggestion?.origin, "draft");
    assert.equal(settledResult()?.timings.readyMs, 400);
    assert.equal(settledResult()?.timings.firstPieceMs, 0);
  });

  it("is the draft at once where the model is not waited for, and the model's follows", async () => {
    const { answer, completer, clock, settledResult } = askAt("█", { draftMs: 0 });
    const late: AskResult[] = [];
    completer.onReport(({ isLate, result }) => isLate && late.push(result));
    await settled();
    clock.advance(200);
    assert.equal(settledResult(), undefined, "nothing is there to be given out");
    answer.say(draft);
    await settled();
    clock.advance(0);
    await settled();
    const first = settledResult();
    assert.equal(first?.suggestion?.origin, "draft");
    assert.equal(first.timings.readyMs, 200);
    answer.say(textPiece("model()"), fakeEnd);
    await settled();
    assert.deepEqual(
      late.map(({ suggestion }) => suggestion?.text),
      ["model()"],
    );
  });

  describe("that is the draft's by then", () => {
    async function late() {
      const asked = askAt("█");
      const reports: AskReport[] = [];
      asked.completer.onReport((report) => reports.push(report));
      asked.answer.say(draft);
      await settled();
      asked.clock.advance(patience.draftMs);
      await settled();
      return { ...asked, reports };
    }

    it("is followed by the model's when that comes, for whoever asks for the state again", async () => {
      const { answer, ask, reports } = await late();
      answer.say(textPiece("model()"), fakeEnd);
      await settled();
      assert.deepEqual(
        reports.map(({ isLate, result }) => [isLate, result.suggestion?.text]),
        [
          [false, "draft()"],
          [true, "model()"],
        ],
      );
      const again = await ask.wait(new AbortController().signal);
      assert.equal(again.suggestion?.text, "model()");
    });

    it("is followed by the model's failure, so that it is told", async () => {
      const { answer, reports } = await late();
      answer.fail(down);
      await settled();
      assert.equal(reports.at(-1)?.isLate, true);
      assert.equal(reports.at(-1)?.result.failure, down);
      assert.equal(reports.at(-1)?.result.suggestion?.origin, "draft");
    });

    it("stops the model and is followed by nothing when the person types on", async () => {
      const { answer, completer, reports } = await late();
      completer.ask(snapshotAt("d█", { version: 2 }), 0);
      assert.ok(answer.signal.aborted);
      answer.say(textPiece("model()"), fakeEnd);
      await settled();
      assert.equal(reports.filter(({ isLate }) => isLate).length, 0);
    });
  });

  it("is what the model has said a second after it began", async () => {
    const { answer, settledResult, clock } = askAt("█");
    answer.say(draft, textPiece("mod"));
    await settled();
    clock.advance(patience.streamMs - 1);
    answer.say(textPiece("el"));
    await settled();
    assert.equal(settledResult(), undefined);
    clock.advance(1);
    await settled();
    assert.equal(settledResult()?.suggestion?.text, "model");
  });

  it("is the draft, with the failure beside it, when the model fails", async () => {
    const { answer, ask } = askAt("█");
    answer.say(draft).fail(down);
    const { suggestion, failure, reason } = await ask.result;
    assert.equal(suggestion?.text, "draft()");
    assert.equal(failure, down);
    assert.equal(reason, "");
  });

  it("is the draft when the model breaks off in the middle", async () => {
    const { answer, ask } = askAt("█");
    answer.say(draft, textPiece("mod")).fail(down);
    assert.equal((await ask.result).suggestion?.text, "draft()");
  });

  it("is what the model said before it broke off when there is no draft", async () => {
    const { answer, ask } = askAt("█");
    answer.say(textPiece("mod")).fail(down);
    const { suggestion, failure } = await ask.result;
    assert.equal(suggestion?.text, "mod");
    assert.equal(failure, down);
  });

  it("is the draft when the model's text tidies to nothing", async () => {
    const { answer, ask } = askAt("█");
    answer.say(draft, textPiece("<|endoftext|>"), fakeEnd);
    assert.equal((await ask.result).suggestion?.origin, "draft");
  });

  it("has the gateway's times and its own", async () => {
    const { answer, ask, clock } = askAt("█");
    clock.advance(5);
    answer.say(draft);
    await settled();
    clock.advance(20);
    answer.say(fakeEnd);
    const { timings } = await ask.result;
    assert.equal(timings.firstPieceMs, 5);
    assert.equal(timings.readyMs, 25);
    assert.deepEqual(timings.gateway, { draftMs: 1, firstRemoteMs: 2, totalMs: 3 });
  });
});

describe("an answer without a suggestion", () => {
  it("has the failure and its words as the reason", async () => {
    const { answer, ask } = askAt("█");
    answer.fail(down);
    const { suggestion, failure, reason, timings } = await ask.result;
    assert.equal(suggestion, undefined);
    assert.equal(failure, down);
    assert.equal(reason, "the server is on fire");
    assert.equal(timings.firstPieceMs, undefined);
  });

  it("has a reason when the source just ends", async () => {
    const { answer, ask } = askAt("█");
    answer.stop();
    const { failure, reason } = await ask.result;
    assert.equal(failure, undefined);
    assert.equal(reason, "no suggestion");
  });

  it("ends at the deadline of 15 s", async () => {
    const { settledResult, answer, clock } = askAt("█");
    clock.advance(14_999);
    await settled();
    assert.equal(settledResult(), undefined);
    clock.advance(1);
    await settled();
    assert.equal(settledResult()?.failure?.code, "deadline");
    assert.notEqual(settledResult()?.reason, "");
    assert.ok(answer.signal.aborted);
    assert.equal(clock.timerCount, 0);
  });

  it("ends at the deadline even when the source does not heed its signal", async () => {
    const { settledResult, clock } = askAt("█", { isDeaf: true });
    clock.advance(15_000);
    await settled();
    assert.equal(settledResult()?.failure?.code, "deadline");
  });

  it("waits on when only blank text has come: patience needs something to show", async () => {
    const { answer, settledResult, ask, clock } = askAt("█");
    answer.say(textPiece("", "draft"), textPiece(""), textPiece("  \n", "draft"));
    await settled();
    clock.advance(5_000);
    await settled();
    assert.equal(settledResult(), undefined);
    answer.say(textPiece("late()"), fakeEnd);
    assert.equal((await ask.result).suggestion?.text, "late()");
  });

  it("takes an empty piece for no first text", async () => {
    const { answer, ask, clock } = askAt("█");
    answer.say(textPiece(""));
    await settled();
    clock.advance(7);
    answer.say(textPiece("x"), fakeEnd);
    assert.equal((await ask.result).timings.firstPieceMs, 7);
  });
});

describe("an answer that says enough", () => {
  it("stops the model at the first line break where one line is wanted", async () => {
    const { answer, ask, clock } = askAt("foo(█)");
    answer.say(textPiece("a);\nbar"));
    const { suggestion } = await ask.result;
    assert.equal(suggestion?.text, "a);");
    assert.ok(answer.signal.aborted);
    await settled();
    assert.ok(answer.isReturned);
    assert.equal(clock.timerCount, 0);
  });

  it("lets the model go on over a block up to a blank line", async () => {
    const { answer, ask, settledResult } = askAt("a\n█\nb");
    answer.say(textPiece("one\ntwo\n"));
    await settled();
    assert.equal(settledResult(), undefined);
    answer.say(textPiece("\nthree"));
    assert.equal((await ask.result).suggestion?.text, "one\ntwo");
    assert.ok(answer.signal.aborted);
  });

  it("is not held up by an iterator whose close hangs", async () => {
    const { answer, ask } = askAt("foo(█)", { isDeaf: true });
    answer.return = () => new Promise(() => undefined);
    answer.say(textPiece("a)\n"));
    assert.equal((await ask.result).suggestion?.text, "a)");
    assert.ok(answer.signal.aborted);
  });

  it("takes nothing that comes after the cancel, and closes a source that goes on", async () => {
    const { answer, ask, completer, clock } = askAt("█", { isDeaf: true });
    completer.cancel(ask.snapshot.documentKey, "typed on");
    answer.say(textPiece("late"), textPiece("later"));
    await settled();
    const { suggestion, reason, timings } = await ask.result;
    assert.equal(suggestion, undefined);
    assert.equal(reason, "typed on");
    assert.equal(timings.firstPieceMs, undefined);
    assert.ok(answer.isReturned);
    assert.equal(clock.timerCount, 0);
  });
});

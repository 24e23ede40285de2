import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Failure } from "../../../src/base/failure.ts";
import { Completer } from "../../../src/completion/completer.ts";
import type { AskReport } from "../../../src/completion/reports.ts";
import type { AskResult } from "../../../src/completion/suggestion.ts";
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
    hasDrafts: () => true,
    maySpeculate: () => false,
    syntaxOf: () => undefined,
  });
  const ask = completer.ask(snapshotAt(marked), clock.now());
  let result: AskResult | undefined;
  void ask.result.then((value) => (result = value));
  return { clock, far, completer, ask, answer: far.last, settledResult: () => result };
}

const draft = textPiece("draft()", "draft");
const down = new Failure("upstream-down", "the server is on fire");

describe("an answer of draft and model", () => {
  it("is the model's when it comes in time", async () => {
    const { answer, ask, clock } = askAt("█");
    answer.say(draft);
    await settled();
    clock.advance(400 - 1);
    answer.say(textPiece("model"), textPiece("()"), fakeEnd);
    const { suggestion, reason, failure } = await ask.result;
    assert.deepEqual(suggestion, { text: "model()", replaceAfterChars: 0, origin: "remote" });
    assert.equal(reason, "");
    assert.equal(failure, undefined);
  });

  it("is the draft when the model has said nothing in the time it is waited for", async () => {
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
      asked.clock.advance(400);
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

    it("is followed by the model's failure as a report of its own, so that it is told", async () => {
      const { answer, completer, reports } = await late();
      const failures: unknown[] = [];
      completer.onRequestEnd(({ failure }) => failures.push(failure));
      answer.fail(down);
      await settled();
      assert.deepEqual(failures, [down]);
      assert.equal(reports.filter(({ isLate }) => isLate).length, 0);
    });

    it("is not followed by the model's once it was typed along", async () => {
      const { answer, completer, reports } = await late();
      await completer.ask(snapshotAt("█"), 0).wait(new AbortController().signal);
      completer.ask(snapshotAt("d█", { version: 2 }), 0);
      answer.say(textPiece("dodel()"), fakeEnd);
      await settled();
      assert.deepEqual(
        reports.map(({ result }) => result.suggestion?.text),
        ["draft()", "raft()"],
      );
    });
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

  it("has its own times, and its request the gateway's", async () => {
    const { answer, ask, clock, completer } = askAt("█");
    const times: unknown[] = [];
    completer.onRequestEnd(({ timings }) => times.push(timings));
    clock.advance(5);
    answer.say(draft);
    await settled();
    clock.advance(20);
    answer.say(fakeEnd);
    const { timings } = await ask.result;
    assert.equal(timings.firstPieceMs, 5);
    assert.equal(timings.readyMs, 25);
    assert.deepEqual(times, [{ draftMs: 1, firstRemoteMs: 2, totalMs: 3 }]);
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
    assert.equal(reason, "nothing to suggest here");
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

describe("an answer that says more than is shown", () => {
  it("goes on after the first line, for what comes next", async () => {
    const { answer, ask } = askAt("foo(█)");
    answer.say(textPiece("a);\nbar"));
    const { suggestion } = await ask.result;
    assert.equal(suggestion?.text, "a);");
    assert.equal(answer.signal.aborted, false);
  });

  it("is not held up by an iterator whose close hangs", async () => {
    const { answer, ask, completer, clock } = askAt("foo(█)", { isDeaf: true });
    answer.return = () => new Promise(() => undefined);
    answer.say(textPiece("a)\n"));
    assert.equal((await ask.result).suggestion?.text, "a)");
    completer.cancelAll("another editor");
    assert.ok(answer.signal.aborted);
    assert.equal(clock.timerCount, 0);
  });

  it("takes nothing that comes after the cancel, and closes a source that goes on", async () => {
    const { answer, ask, completer, clock } = askAt("█", { isDeaf: true });
    completer.cancel(ask.snapshot.documentKey, "another editor");
    answer.say(textPiece("late"), textPiece("later"));
    await settled();
    const { suggestion, reason, timings } = await ask.result;
    assert.equal(suggestion, undefined);
    assert.equal(reason, "another editor");
    assert.equal(timings.firstPieceMs, undefined);
    assert.ok(answer.isReturned);
    assert.equal(clock.timerCount, 0);
  });
});

describe("a failure of what was asked at an earlier key", () => {
  it("does not end an ask that has yet to ask: that has its own draft", async () => {
    const { completer, far, clock } = askAt("a█");
    const line = "abcdefghijklmnop";
    for (let at = 2; at <= line.length; at++) {
      clock.advance(5); // a burst, whose end is waited for
      completer.ask(snapshotAt(`${line.slice(0, at)}█`, { version: at }), clock.now());
    }
    const last = completer.ask(snapshotAt(`${line}█`, { version: line.length }), clock.now());
    const asked = far.answers.length;
    for (const each of far.answers) each.fail(down);
    await settled();
    assert.equal(last.latest, undefined);
    clock.advance(250);
    assert.equal(far.answers.length, asked + 1);
    far.last.say(textPiece("q();", "draft")).fail(down);
    const { suggestion, failure } = await last.result;
    assert.equal(suggestion?.text, "q();");
    assert.equal(failure, down);
  });
});

describe("a draft that is known from an earlier key", () => {
  it("waits for the model like a new one, and stands alone once the model had nothing to say", async () => {
    const { answer, completer, far, clock } = askAt("const █");
    answer.say(textPiece("second = 2;", "draft"), textPiece("model();"), fakeEnd);
    await settled();
    const next = completer.ask(snapshotAt("const s█", { version: 2 }), clock.now());
    assert.equal(far.answers.length, 2);
    clock.advance(399);
    await settled();
    assert.equal(next.latest, undefined);
    far.last.say(fakeEnd);
    assert.equal((await next.result).suggestion?.text, "econd = 2;");
  });

  it("waits for the model also where that goes on to say something else than was typed", async () => {
    const { answer, completer, far, clock } = askAt("const █");
    answer.say(textPiece("second = 2;", "draft"), textPiece("first = 1;"));
    await settled();
    const next = completer.ask(snapshotAt("const s█", { version: 2 }), clock.now());
    await settled();
    assert.equal(next.latest, undefined);
    assert.equal(far.answers.length, 2);
    far.last.say(textPiece("ize = 3;"), fakeEnd);
    assert.equal((await next.result).suggestion?.text, "ize = 3;");
  });

  it("is shown with what went wrong with the model", async () => {
    const { answer, completer, far, clock } = askAt("const █");
    answer.say(textPiece("second = 2;", "draft"), textPiece("model();"), fakeEnd);
    await settled();
    const next = completer.ask(snapshotAt("const s█", { version: 2 }), clock.now());
    far.last.fail(down);
    const { suggestion, failure } = await next.result;
    assert.equal(suggestion?.text, "econd = 2;");
    assert.equal(failure, down);
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Failure } from "../../../src/base/failure.ts";
import { Completer } from "../../../src/completion/completer.ts";
import type { AskReport } from "../../../src/completion/reports.ts";
import { snapshotAt } from "../../helpers/cursor.ts";
import { fakeEnd, FakeSource, textPiece } from "../../helpers/fakeSource.ts";
import { ManualClock } from "../../helpers/manualClock.ts";
import { settled } from "../../helpers/settled.ts";

function setUp() {
  const clock = new ManualClock();
  const far = new FakeSource();
  const completer = new Completer({
    source: far.source,
    clock,
    draftPatienceMs: () => 100,
    hasDrafts: () => false,
    maySpeculate: () => false,
    syntaxOf: () => undefined,
  });
  const reports: AskReport[] = [];
  const cancelledAt: number[] = [];
  const busy: boolean[] = [];
  completer.onReport((report) => reports.push(report));
  completer.onCancel(({ at }) => cancelledAt.push(at));
  completer.onBusy((isBusy) => busy.push(isBusy));
  return { clock, far, completer, reports, cancelledAt, busy };
}

const first = snapshotAt("fo█");
const second = snapshotAt("foo█", { version: 2 });
const elsewhere = snapshotAt("x█", { documentKey: "file:///app/b.ts", path: "app/b.ts" });

const stateOf = ({ documentKey, version, offset }: typeof first) => ({
  documentKey,
  version,
  offset,
});

describe("a completer", () => {
  it("asks with the document's text and reports the answer once", async () => {
    const { completer, far, reports, clock } = setUp();
    const ask = completer.ask(first, clock.now() - 3);
    assert.equal(far.last.request.documentKey, first.documentKey);
    assert.equal(far.last.request.offset, 2);
    far.last.say(textPiece("o()"), fakeEnd);
    const result = await ask.result;
    assert.equal(result.suggestion?.text, "o()");
    assert.equal(result.timings.readyMs, 3);
    await settled();
    const told = { ask: 1, request: 2, path: "app/a.ts", state: stateOf(first) };
    assert.deepEqual(reports, [{ ...told, result, isLate: false }]);
    assert.equal(clock.timerCount, 0);
  });

  it("ends the older ask of a document in the turn in which a newer begins", async () => {
    const { completer, far, clock, reports } = setUp();
    const older = completer.ask(first, clock.now());
    const newer = completer.ask(second, clock.now());
    assert.ok(older.isGivenUp);
    assert.equal((await older.result).reason, "typed on");
    assert.equal((await older.result).suggestion, undefined);
    far.last.say(textPiece("()"), fakeEnd);
    assert.equal((await newer.result).suggestion?.text, "()");
    await settled();
    assert.deepEqual(
      reports.map(({ state }) => state.version),
      [1, 2],
    );
  });

  it("picks up what is asked for the same state, also when its result is there", async () => {
    const { completer, far } = setUp();
    const ask = completer.ask(first, 0);
    assert.equal(completer.ask({ ...first }, 5), ask);
    assert.equal(completer.find(first), ask);
    far.last.say(textPiece("o"), fakeEnd);
    await ask.result;
    assert.equal(completer.ask(first, 9), ask);
    assert.equal(far.answers.length, 1);
  });

  it("asks anew where the answer has failed", async () => {
    const { completer, far } = setUp();
    const ask = completer.ask(first, 0);
    far.last.fail(new Failure("upstream-unauthorized", "no key"));
    await ask.result;
    assert.equal(completer.find(first), undefined);
    assert.notEqual(completer.ask(first, 1), ask);
    assert.equal(far.answers.length, 2);
  });

  it("keeps one ask for each document", () => {
    const { completer, far } = setUp();
    completer.ask(first, 0);
    completer.ask(elsewhere, 0);
    assert.ok(far.answers.every(({ signal }) => !signal.aborted));
  });

  it("gives up when the cursor leaves, not when it comes to where it was asked for", () => {
    const { completer, far } = setUp();
    completer.ask(first, 0);
    completer.cursorMoved(first.documentKey, first.offset);
    assert.equal(far.last.signal.aborted, false);
    completer.cursorMoved(first.documentKey, 0);
    assert.equal(far.last.signal.aborted, true);
    assert.equal(completer.find(first), undefined);
  });

  it("gives up all documents but one", async () => {
    const { completer, far } = setUp();
    const gone = completer.ask(first, 0);
    completer.ask(elsewhere, 0);
    completer.cancelAll("another editor", elsewhere.documentKey);
    assert.deepEqual(
      far.answers.map(({ signal }) => signal.aborted),
      [true, false],
    );
    assert.equal((await gone.result).reason, "another editor");
  });

  it("says once that it is busy and once that it is not", async () => {
    const { completer, busy, far } = setUp();
    completer.ask(first, 0);
    completer.ask(elsewhere, 0);
    completer.ask(second, 0);
    await settled();
    assert.deepEqual(busy, [true]);
    completer.cancelAll("paused or turned off");
    await settled();
    assert.deepEqual(busy, [true, false]);
    assert.ok(far.answers.every(({ signal }) => signal.aborted));
  });

  it("leaves a finished answer alone: cancelling it is no cancel", async () => {
    const { completer, far, cancelledAt, reports } = setUp();
    const ask = completer.ask(first, 0);
    far.last.say(textPiece("o"), fakeEnd);
    await ask.result;
    completer.cancel(first.documentKey, "typed on");
    await settled();
    assert.deepEqual(cancelledAt, []);
    assert.equal(reports.length, 1);
    assert.equal(ask.isGivenUp, false);
  });

  it("has asked again by who still waits when the far end becomes another one", async () => {
    const { completer, far } = setUp();
    const waited = completer.ask(first, 0);
    const result = waited.wait(new AbortController().signal);
    completer.ask(elsewhere, 0);
    const asked: unknown[] = [];
    completer.onOutdated((state) => {
      asked.push(state);
      assert.notEqual(completer.ask(first, 1), waited);
    });
    completer.forgetAll();
    assert.deepEqual(asked, [stateOf(first)], "for nobody waits elsewhere");
    assert.equal((await result).reason, "the far end is another one");
    assert.deepEqual(
      far.answers.map(({ signal }) => signal.aborted),
      [true, true, false],
    );
    far.last.say(textPiece("o"), fakeEnd);
    await settled();
    completer.forgetAll();
    assert.equal(asked.length, 1, "what was answered stays on the screen");
  });

  it("gives everything up when it is disposed", async () => {
    const { completer, far, clock } = setUp();
    const ask = completer.ask(first, 0);
    completer.dispose();
    assert.ok(far.last.signal.aborted);
    assert.equal((await ask.result).suggestion, undefined);
    assert.equal(clock.timerCount, 0);
  });
});

describe("the waiters of an ask", () => {
  it("keep it while one of them is left", async () => {
    const { completer, far } = setUp();
    const ask = completer.ask(first, 0);
    const [one, other] = [new AbortController(), new AbortController()];
    const results = [ask.wait(one.signal), ask.wait(other.signal)];
    one.abort();
    assert.equal(far.last.signal.aborted, false);
    far.last.say(textPiece("o"), fakeEnd);
    for (const result of await Promise.all(results)) assert.equal(result.suggestion?.text, "o");
  });

  it("take it with them when the last one leaves and nothing follows", async () => {
    const { completer, far, clock } = setUp();
    const ask = completer.ask(first, 0);
    const [one, other] = [new AbortController(), new AbortController()];
    const results = [ask.wait(one.signal), ask.wait(other.signal)];
    one.abort();
    other.abort();
    clock.advance(99);
    assert.equal(far.last.signal.aborted, false, "a key that let it go is followed by an ask");
    clock.advance(1);
    assert.ok(far.last.signal.aborted);
    for (const result of await Promise.all(results)) {
      assert.equal(result.reason, "the editor let it go");
    }
    const again = completer.ask(first, 0);
    assert.notEqual(again, ask, "what was given up is asked anew");
    assert.equal(far.last.signal.aborted, false);
  });

  it("leave it to one who comes again in time", async () => {
    const { completer, far, clock } = setUp();
    const ask = completer.ask(first, 0);
    void ask.wait(AbortSignal.abort());
    const again = ask.wait(new AbortController().signal);
    clock.advance(100);
    far.last.say(textPiece("o"), fakeEnd);
    assert.equal((await again).suggestion?.text, "o");
  });

  it("include one that had left before it came", async () => {
    const { completer, far, clock } = setUp();
    const ask = completer.ask(first, 0);
    const result = ask.wait(AbortSignal.abort());
    clock.advance(100);
    assert.equal((await result).reason, "the editor let it go");
    assert.ok(far.last.signal.aborted);
  });

  it("are remembered when they have gone", () => {
    const { completer } = setUp();
    const ask = completer.ask(first, 0);
    assert.equal(ask.isWanted, false);
    const waiter = new AbortController();
    void ask.wait(waiter.signal);
    waiter.abort();
    assert.equal(ask.isWanted, true);
  });

  it("change nothing by leaving after the result", async () => {
    const { completer, far } = setUp();
    const ask = completer.ask(first, 0);
    const waiter = new AbortController();
    const result = ask.wait(waiter.signal);
    far.last.say(textPiece("o"), fakeEnd);
    await result;
    waiter.abort();
    assert.equal(completer.find(first), ask);
  });
});

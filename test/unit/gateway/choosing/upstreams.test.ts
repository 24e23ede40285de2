import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { Failure, type FailureCode } from "../../../../src/base/failure.ts";
import { type HandUpstream, wholeAnswer } from "../../../helpers/handUpstream.ts";
import type { ManualClock } from "../../../helpers/manualClock.ts";
import { aRequest } from "../../../helpers/requests.ts";
import { settled } from "../../../helpers/settled.ts";
import { ChoosingStage, failureOf } from "./choosingStage.ts";

const never = new AbortController().signal;

describe("several upstreams", () => {
  let stage: ChoosingStage;
  let clock: ManualClock;
  let first: HandUpstream;
  let second: HandUpstream;
  let third: HandUpstream;

  beforeEach(() => {
    stage = new ChoosingStage();
    ({ clock, first, second, third } = stage);
  });
  const ask = (signal?: AbortSignal) => stage.ask(signal);

  /** Asks, and lets these fail in turn, each with its code. */
  async function failing(codes: readonly FailureCode[]): Promise<unknown> {
    const answer = wholeAnswer(ask()).catch((error: unknown) => error);
    for (const [index, code] of codes.entries()) {
      await settled();
      [first, second, third][index]?.last.fail(failureOf(code));
    }
    await settled();
    return answer;
  }

  it("are asked one after the other: the first alone while it works", async () => {
    const answer = wholeAnswer(ask());
    assert.deepEqual(stage.counts, [1, 0, 0]);
    first.last.say("one ");
    first.last.say("two");
    first.last.end();
    assert.equal(await answer, "one two");
    assert.deepEqual(stage.counts, [1, 0, 0]);
    assert.equal(clock.timerCount, 0);
  });

  for (const code of [
    "upstream-unreachable",
    "upstream-down",
    "upstream-busy",
    "upstream-unauthorized",
    "upstream-not-found",
    "upstream-refused",
    "upstream-garbled",
    "deadline",
  ] as const) {
    it(`go on to the next when one fails before it has said anything: ${code}`, async () => {
      const answer = wholeAnswer(ask());
      first.last.fail(failureOf(code));
      await settled();
      second.last.say("from the second");
      second.last.end();
      assert.equal(await answer, "from the second");
      assert.deepEqual(stage.counts, [1, 1, 0]);
    });
  }

  it("say at an answer's end which of them gave it", async () => {
    const answer = ask();
    const read = answer.next();
    first.last.fail(failureOf("upstream-down"));
    await settled();
    second.last.say("from the second");
    second.last.end();
    await read;
    const { value } = await answer.next();
    assert.deepEqual(value, { stop: "done", usage: undefined, upstream: "second" });
  });

  it("do not go on once there was a text: the failure is the answer's end", async () => {
    const answer = ask();
    const read = answer.next();
    first.last.say("half");
    assert.deepEqual(await read, { done: false, value: "half" });
    const failure = failureOf("upstream-down");
    first.last.fail(failure);
    await assert.rejects(answer.next(), failure);
    assert.deepEqual(stage.counts, [1, 0, 0]);
    assert.equal(clock.timerCount, 0);
  });

  it("take an answer without text for one", async () => {
    const answer = wholeAnswer(ask());
    first.last.end();
    assert.equal(await answer, "");
    assert.deepEqual(stage.counts, [1, 0, 0]);
  });

  it("tell what the first of them has met when all fail", async () => {
    const failure = await failing(["upstream-unauthorized", "upstream-down", "deadline"]);
    assert.ok(failure instanceof Failure && failure.code === "upstream-unauthorized");
    assert.equal(clock.timerCount, 0);
  });

  it("leave one alone that has failed twice, and ask it again when its time is over", async () => {
    for (let time = 0; time < 2; time++) {
      const answer = wholeAnswer(ask());
      first.last.fail(failureOf("upstream-unreachable"));
      await settled();
      second.last.end();
      await answer;
    }
    assert.equal(stage.all.name, "second");
    void ask().next();
    assert.deepEqual(stage.counts, [2, 3, 0]);
    clock.advance(1_000);
    const probe = wholeAnswer(ask());
    void ask().next();
    assert.deepEqual(stage.counts, [3, 4, 0], "one request is the probe, and no second one");
    first.last.say("back");
    first.last.end();
    assert.equal(await probe, "back");
    assert.equal(stage.all.name, "first");
    assert.match(stage.log[0] ?? "", /^first is left alone for 1 s: upstream-unreachable/);
    assert.match(stage.log[1] ?? "", /^first answers again/);
  });

  it("say once in the log that a key is wrong, however often it is tried", async () => {
    for (let minute = 0; minute < 5; minute++) {
      const answer = wholeAnswer(ask());
      first.last.fail(failureOf("upstream-unauthorized"));
      await settled();
      second.last.end();
      await answer;
      clock.advance(60_000);
    }
    assert.equal(stage.counts[0], 5);
    assert.equal(stage.log.length, 1);
  });

  it("fail at once while all of them are left alone, and say why", async () => {
    const code = "upstream-unauthorized";
    await failing([code, code, code]);
    await assert.rejects(ask().next(), (error) => error instanceof Failure && error.code === code);
    assert.deepEqual(stage.counts, [1, 1, 1]);
  });

  it("are not waited for longer than a try takes, but the last one for as long as it likes", async () => {
    const answer = wholeAnswer(ask());
    clock.advance(2_999);
    assert.deepEqual(stage.counts, [1, 0, 0]);
    clock.advance(1);
    await settled();
    assert.equal(first.last.signal.aborted, true);
    assert.deepEqual(stage.counts, [1, 1, 0]);
    clock.advance(3_000);
    await settled();
    assert.deepEqual(stage.counts, [1, 1, 1]);
    clock.advance(60_000);
    await settled();
    third.last.say("late");
    third.last.end();
    assert.equal(await answer, "late");
  });

  it("leave one alone that took too long twice", async () => {
    for (let time = 0; time < 2; time++) {
      const answer = wholeAnswer(ask());
      clock.advance(3_000);
      await settled();
      second.last.end();
      await answer;
    }
    void ask().next();
    assert.deepEqual(stage.counts, [2, 3, 0]);
  });

  it("take no time limit from one that has begun to speak", async () => {
    const answer = ask();
    const read = answer.next();
    first.last.say("a");
    await read;
    assert.equal(clock.timerCount, 0);
    clock.advance(60_000);
    first.last.say("b");
    assert.deepEqual(await answer.next(), { done: false, value: "b" });
  });

  it("stop at once when the question is cancelled, and nothing is held against the one that was asked", async () => {
    for (let time = 0; time < 5; time++) {
      const controller = new AbortController();
      const read = ask(controller.signal).next();
      const reason = new Error("typed on");
      controller.abort(reason);
      assert.equal(first.last.signal.aborted, true);
      await assert.rejects(read, reason);
    }
    await settled();
    assert.deepEqual(stage.counts, [5, 0, 0]);
    assert.equal(first.running, 0);
    assert.equal(clock.timerCount, 0);
  });

  it("stop the model when the reader stops reading", async () => {
    const answer = ask();
    const read = answer.next();
    first.last.say("a");
    await read;
    await answer.return({ stop: "done", usage: undefined });
    await settled();
    assert.equal(first.running, 0);
  });

  it("end with their owner", () => {
    stage.all.dispose();
    assert.deepEqual(
      [first, second, third].map(({ isDisposed }) => isDisposed),
      [true, true, true],
    );
  });
});

describe("a single upstream", () => {
  it("is asked each time, whatever came of it before", async () => {
    const stage = new ChoosingStage();
    const { clock, first } = stage;
    stage.all = stage.open(undefined, [first]);
    for (let time = 1; time <= 5; time++) {
      const answer = wholeAnswer(stage.all.of("team").complete(aRequest(), never));
      assert.equal(clock.timerCount, 0);
      const failure = failureOf("upstream-unauthorized");
      first.last.fail(failure);
      await assert.rejects(answer, failure);
      assert.equal(first.calls.length, time);
    }
  });
});

import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { defaultChoosing } from "../../../../src/gateway/choosing/upstreams.ts";
import type { ChatQuestion } from "../../../../src/wire/chat.ts";
import { type HandUpstream, wholeAnswer } from "../../../helpers/handUpstream.ts";
import type { ManualClock } from "../../../helpers/manualClock.ts";
import { settled } from "../../../helpers/settled.ts";
import { ChoosingStage, failureOf } from "./choosingStage.ts";

const never = new AbortController().signal;

describe("hedged upstreams", () => {
  let stage: ChoosingStage;
  let clock: ManualClock;
  let first: HandUpstream;
  let second: HandUpstream;

  beforeEach(() => {
    stage = new ChoosingStage();
    ({ clock, first, second } = stage);
  });
  const ask = (signal?: AbortSignal) => stage.ask(signal);

  beforeEach(async () => {
    stage.all = stage.open({ ...defaultChoosing, isHedging: true });
    for (let tenth = 1; tenth <= 20; tenth++) {
      const answer = wholeAnswer(ask());
      clock.advance(tenth * 10);
      first.last.say("x");
      first.last.end();
      await answer;
    }
  });

  it("ask the next one too once the first is later than 95 of 100 times, and take who is first", async () => {
    const answer = wholeAnswer(ask());
    clock.advance(189);
    assert.deepEqual(stage.counts, [21, 0, 0]);
    clock.advance(1);
    assert.deepEqual(stage.counts, [21, 1, 0]);
    assert.equal(first.last.signal.aborted, false);
    second.last.say("quicker");
    await settled();
    assert.equal(first.last.signal.aborted, true);
    second.last.end();
    assert.equal(await answer, "quicker");
    assert.equal(first.running, 0);
    assert.equal(clock.timerCount, 0);
  });

  it("keep to the first where that is quicker after all, and stop the other", async () => {
    const answer = wholeAnswer(ask());
    clock.advance(190);
    first.last.say("after all");
    await settled();
    assert.equal(second.last.signal.aborted, true);
    first.last.end();
    assert.equal(await answer, "after all");
  });

  it("wait for the other one when one of the two fails", async () => {
    const answer = wholeAnswer(ask());
    clock.advance(190);
    second.last.fail(failureOf("upstream-down"));
    await settled();
    assert.deepEqual(stage.counts, [21, 1, 0]);
    first.last.end();
    assert.equal(await answer, "");
  });

  it("ask no third one because of time", () => {
    void ask().next();
    clock.advance(2_000);
    assert.deepEqual(stage.counts, [21, 1, 0]);
  });

  it("ask no second one in a chat, whose time says nothing of completions either", async () => {
    for (let time = 0; time < 20; time++) {
      const chat = stage.all.of("team").chat?.({} as ChatQuestion, never);
      assert.ok(chat);
      const answer = wholeAnswer(chat);
      clock.advance(5_000);
      first.last.say("x");
      first.last.end();
      await answer;
    }
    assert.equal(second.calls.length, 0);
    void ask().next();
    clock.advance(190);
    assert.equal(second.calls.length, 1);
  });

  it("stay hedged 1 time in 20 or so, however often the other one is quicker", async () => {
    let hedged = 0;
    for (let time = 0; time < 1_000; time++) {
      const answer = wholeAnswer(ask());
      const asked = second.calls.length;
      const tookMs = ((time * 77) % 200) + 1;
      for (let ms = 0; ms < tookMs && second.calls.length === asked; ms++) clock.advance(1);
      const isHedged = second.calls.length > asked;
      if (isHedged) hedged++;
      const winner = isHedged ? second.last : first.last;
      winner.say("x");
      winner.end();
      await answer;
    }
    assert.ok(hedged >= 30 && hedged <= 80, `${hedged} of 1,000`);
  });

  it("do not take the time after which somebody typed on for an answer's", async () => {
    for (let time = 0; time < 40; time++) {
      const abort = new AbortController();
      const answer = wholeAnswer(ask(abort.signal));
      clock.advance(1);
      abort.abort(new Error("typed on"));
      await assert.rejects(answer, /typed on/);
      await settled();
    }
    void ask().next();
    clock.advance(189);
    assert.equal(second.calls.length, 0);
  });

  it("are not hedged unless that is wanted", async () => {
    stage = new ChoosingStage();
    ({ clock, first, second } = stage);
    for (let time = 0; time < 30; time++) {
      const answer = wholeAnswer(ask());
      first.last.say("x");
      first.last.end();
      await answer;
    }
    void ask().next();
    clock.advance(2_000);
    assert.equal(second.calls.length, 0);
  });
});

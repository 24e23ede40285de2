import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { Failure } from "../../../../src/base/failure.ts";
import { defaultChoosing, defaultLimits } from "../../../../src/gateway/choosing/upstreams.ts";
import type { ChatQuestion } from "../../../../src/wire/chat.ts";
import type { Upstream } from "../../../../src/gateway/upstreams/upstream.ts";
import { type HandUpstream, wholeAnswer } from "../../../helpers/handUpstream.ts";
import type { ManualClock } from "../../../helpers/manualClock.ts";
import { aRequest } from "../../../helpers/requests.ts";
import { settled } from "../../../helpers/settled.ts";
import { ChoosingStage } from "./choosingStage.ts";

const never = new AbortController().signal;
const question = {} as ChatQuestion;

describe("what several upstreams are given", () => {
  let stage: ChoosingStage;
  let clock: ManualClock;
  let first: HandUpstream;
  let second: HandUpstream;

  beforeEach(() => {
    stage = new ChoosingStage();
    ({ clock, first, second } = stage);
  });
  const ask = (signal?: AbortSignal) => stage.ask(signal);

  const one = { ...defaultLimits, requests: 1 };

  it("give a request to the next one rather than let it wait for the first", () => {
    stage.all = stage.open(defaultChoosing, [first, second], one);
    void ask().next();
    void ask().next();
    assert.deepEqual(stage.counts, [1, 1, 0]);
  });

  it("let it wait where all are taken, and its time does not count meanwhile", async () => {
    stage.all = stage.open({ ...defaultChoosing, tryTimeoutMs: 1_000 }, [first, second], one);
    const left = new AbortController();
    ask(left.signal)
      .next()
      .catch(() => undefined);
    void ask().next();
    second.last.say("holds its place");
    await settled();
    const waiting = wholeAnswer(ask());
    clock.advance(900);
    left.abort(new Error("typed on"));
    await settled();
    assert.deepEqual(stage.counts, [2, 1, 0]);
    clock.advance(900);
    first.last.say("in time");
    first.last.end();
    assert.equal(await waiting, "in time");
  });

  for (const members of [1, 2])
    it(`have the place of an answer back whose reader has left it half read, where there are ${members}`, async () => {
      stage.all = stage.open(defaultChoosing, [first, second].slice(0, members), one);
      for (let time = 1; time <= 3; time++) {
        const answer = ask();
        const read = answer.next();
        first.last.say("half");
        await read;
        await answer.return({ stop: "done", usage: undefined });
        await settled();
        assert.deepEqual(stage.counts, [time, 0, 0]);
      }
    });

  it("do not hold their own queue against an upstream", async () => {
    stage.all = stage.open(defaultChoosing, [first, second], { ...one, waitingPerTenant: 1 });
    for (const each of [first, second]) {
      const read = ask().next();
      each.last.say("holds its place");
      await read;
    }
    const pushedOut = ["a", "b", "c", "d"].map(() =>
      wholeAnswer(ask()).catch((error: unknown) => error),
    );
    clock.advance(5_000);
    await settled();
    clock.advance(5_000);
    for (const error of await Promise.all(pushedOut))
      assert.ok(error instanceof Failure && error.code === "busy", String(error));
    first.last.end();
    await settled();
    assert.equal(stage.all.name, "first");
  });

  it("share one answer among the same requests of a tenant, never with another tenant", () => {
    const request = () => aRequest({ before: "the same" });
    for (const tenant of ["team", "team", "other", "team"])
      void stage.all.of(tenant).complete(request(), never).next();
    assert.deepEqual(stage.counts, [2, 0, 0]);
  });

  it("chat with the first that can", async () => {
    const mute: Upstream = {
      name: "mute",
      complete: (...how) => first.complete(...how),
      dispose: () => undefined,
    };
    stage.all = stage.open(defaultChoosing, [mute, second]);
    const answer = stage.all.of("team").chat?.(question, never);
    assert.ok(answer);
    const text = wholeAnswer(answer);
    second.last.say("because");
    second.last.end();
    assert.equal(await text, "because");
    const none = stage.open(defaultChoosing, [mute, mute]);
    assert.deepEqual([none.canChat, none.of("team").chat === undefined], [false, true]);
  });

  it("let a chat's model think for as long as its upstream does", async () => {
    void stage.all.of("team").chat?.(question, never).next();
    clock.advance(9_000);
    first.last.think();
    clock.advance(60_000);
    await settled(); // the next one would be asked by now
    assert.equal(first.last.signal.aborted, false);
    assert.deepEqual(stage.counts, [1, 0, 0]);
  });

  it("ask the next one in a chat where the first gives no sign of life", async () => {
    const answer = stage.all.of("team").chat?.(question, never);
    const text = answer && wholeAnswer(answer);
    clock.advance(9_999);
    assert.deepEqual(stage.counts, [1, 0, 0]);
    clock.advance(1);
    await settled();
    second.last.think();
    second.last.say("because");
    second.last.end();
    assert.equal(await text, "because");
    assert.deepEqual(stage.counts, [1, 1, 0]);
  });

  it("are warmed where they would be asked, and only while there is room", async () => {
    await stage.all.of("team").warm?.(aRequest(), never);
    assert.deepEqual([first.warmed.length, second.warmed.length], [1, 0]);
    stage.all = stage.open(defaultChoosing, [first], { ...defaultLimits, requests: 1 });
    void ask().next();
    await stage.all.of("team").warm?.(aRequest(), never);
    assert.equal(first.warmed.length, 1);
  });

  it("have the place of what is warmed back in the turn in which that is given up for a request", async () => {
    stage.all = stage.open(defaultChoosing, [first, second], one);
    first.warming = new Promise(() => undefined);
    const warmed = new AbortController();
    void stage.all.of("team").warm?.(aRequest(), warmed.signal);
    await settled();
    warmed.abort(new Error("something is asked"));
    void ask().next();
    assert.deepEqual(stage.counts, [1, 0, 0]);
  });

  it("are warmed anew in the turn in which the one before was ended", () => {
    stage.all = stage.open(defaultChoosing, [first], one);
    first.warming = new Promise(() => undefined);
    const former = new AbortController();
    void stage.all.of("team").warm?.(aRequest(), former.signal);
    former.abort(new Error("the cursor is elsewhere"));
    void stage.all.of("team").warm?.(aRequest(), never);
    assert.equal(first.warmed.length, 2);
  });

  it("give up what is warmed for a request that needs its place, whoever has it warmed", async () => {
    stage.all = stage.open(defaultChoosing, [first, second], one);
    const { promise, resolve } = Promise.withResolvers<undefined>();
    first.warming = promise.then(() => undefined);
    const warming = stage.all.of("another team").warm?.(aRequest(), never);
    await settled();
    assert.deepEqual(
      first.warmSignals.map(({ aborted }) => aborted),
      [false],
    );
    void ask().next();
    assert.deepEqual(stage.counts, [1, 0, 0]);
    assert.deepEqual(
      first.warmSignals.map(({ aborted }) => aborted),
      [true],
    );
    resolve(undefined);
    await warming;
    void ask().next();
    assert.deepEqual(stage.counts, [1, 1, 0], "the place was given back twice");
  });

  it("give up what is warmed for a chat where there is one only", async () => {
    stage.all = stage.open(defaultChoosing, [first], one);
    first.warming = new Promise(() => undefined);
    void stage.all.of("another team").warm?.(aRequest(), never);
    await settled();
    void stage.all.of("team").chat?.(question, never).next();
    assert.equal(first.running, 1);
  });

  for (const outcome of ["comes to its end", "fails"]) {
    it(`have the place of what is warmed back when that ${outcome}`, async () => {
      stage.all = stage.open(defaultChoosing, [first, second], one);
      const failure = new Failure("deadline", "it is too slow");
      first.warming = outcome === "fails" ? Promise.reject(failure) : Promise.resolve();
      await stage.all
        .of("team")
        .warm?.(aRequest(), never)
        .catch((error: unknown) => {
          assert.equal(error, failure);
        });
      const warmedAgain = stage.all.of("team").warm?.(aRequest(), never);
      assert.equal(first.warmed.length, 2);
      await warmedAgain?.catch(() => undefined);
    });
  }
});

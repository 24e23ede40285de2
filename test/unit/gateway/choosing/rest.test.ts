import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { Failure } from "../../../../src/base/failure.ts";
import { defaultChoosing, defaultLimits } from "../../../../src/gateway/choosing/upstreams.ts";
import type { ChatQuestion } from "../../../../src/wire/chat.ts";
import { type HandUpstream, wholeAnswer } from "../../../helpers/handUpstream.ts";
import { aRequest } from "../../../helpers/requests.ts";
import { settled } from "../../../helpers/settled.ts";
import { ChoosingStage, failureOf } from "./choosingStage.ts";

const never = new AbortController().signal;

describe("an only upstream that asks to be left alone", () => {
  let stage: ChoosingStage;
  let only: HandUpstream;

  beforeEach(() => {
    stage = new ChoosingStage();
    only = stage.first;
    stage.all = stage.open(defaultChoosing, [only]);
  });

  /** Asks it, and lets it fail so; what came of the question. */
  async function failed(retryAfterMs: number | undefined): Promise<Failure> {
    const failure = new Failure("upstream-busy", "it is busy", undefined, retryAfterMs);
    const answer = wholeAnswer(stage.ask());
    only.last.fail(failure);
    await assert.rejects(answer, failure);
    return failure;
  }

  for (const [asksForMs, isLeftForMs] of [
    [20_000, 20_000],
    [3_600_000, 60_000],
  ] as const)
    it(`is asked for no completion for ${isLeftForMs} ms where it says ${asksForMs}`, async () => {
      const failure = await failed(asksForMs);
      stage.clock.advance(isLeftForMs - 1);
      await assert.rejects(wholeAnswer(stage.ask()), failure);
      await assert.rejects(wholeAnswer(stage.all.of("other").complete(aRequest(), never)), failure);
      await stage.all.of("team").warm?.(aRequest(), never);
      assert.deepEqual([only.calls.length, only.warmed.length], [1, 0]);
      stage.clock.advance(1);
      void stage.ask().next();
      assert.equal(only.calls.length, 2);
      assert.equal(stage.clock.timerCount, 0);
    });

  it("is not asked either for what waits for its place when it says so", async () => {
    stage.all = stage.open(defaultChoosing, [only], { ...defaultLimits, requests: 1 });
    const answers = [1, 2, 3].map(() => wholeAnswer(stage.ask()));
    const failure = new Failure("upstream-busy", "it is busy", undefined, 20_000);
    only.last.fail(failure);
    for (const answer of answers) await assert.rejects(answer, failure);
    assert.equal(only.calls.length, 1);
    stage.clock.advance(20_000);
    void stage.ask().next();
    assert.equal(only.calls.length, 2);
  });

  it("is left alone for as long as the longest pause it has asked for", async () => {
    const answers = [1, 2].map(() => wholeAnswer(stage.ask()).catch(() => undefined));
    for (const [index, retryAfterMs] of [20_000, 1_000].entries()) {
      only.calls[index]?.fail(new Failure("upstream-busy", "it is busy", undefined, retryAfterMs));
      await answers[index];
    }
    stage.clock.advance(19_999);
    await assert.rejects(wholeAnswer(stage.ask()));
    assert.equal(only.calls.length, 2);
  });

  it("is left alone also where the one that heard of it had waited for its place", async () => {
    stage.all = stage.open(defaultChoosing, [only], { ...defaultLimits, requests: 1 });
    const inside = wholeAnswer(stage.ask());
    const waiting = wholeAnswer(stage.ask());
    only.last.end();
    await inside;
    await settled();
    const failure = new Failure("upstream-busy", "it is busy", undefined, 20_000);
    only.last.fail(failure);
    await assert.rejects(waiting, failure);
    await assert.rejects(wholeAnswer(stage.ask()), failure);
    assert.equal(only.calls.length, 2);
  });

  it("is left alone for as long as it said, though it fails at a chat meanwhile without saying so", async () => {
    const failure = await failed(20_000);
    const chat = stage.all.of("team").chat?.({} as ChatQuestion, never) ?? assert.fail();
    const answer = wholeAnswer(chat);
    only.last.fail(failureOf("upstream-down"));
    await assert.rejects(answer, failureOf("upstream-down"));
    await assert.rejects(wholeAnswer(stage.ask()), failure);
  });

  it("is asked in a chat all the same", async () => {
    await failed(20_000);
    const chat = stage.all.of("team").chat?.({} as ChatQuestion, never) ?? assert.fail();
    const answer = wholeAnswer(chat);
    only.last.say("well");
    only.last.end();
    assert.equal(await answer, "well");
  });

  it("is asked at once where it does not say for how long", async () => {
    await failed(undefined);
    void stage.ask().next();
    assert.equal(only.calls.length, 2);
  });
});

import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { Failure, type FailureCode } from "../../../src/base/failure.ts";
import { askedAgain } from "../../../src/completion/askedAgain.ts";
import { mergedSource } from "../../../src/completion/mergedSource.ts";
import type { CompletionSource } from "../../../src/completion/source.ts";
import type { CompletionAsk } from "../../../src/wire/messages.ts";
import { AnswerDesk } from "../../helpers/answerDesk.ts";
import { ManualClock } from "../../helpers/manualClock.ts";
import { AskedDocuments, textOf } from "../../helpers/requests.ts";
import { settled } from "../../helpers/settled.ts";

const never = new AbortController().signal;
const anAsk = () => new AskedDocuments().ask();
const lost = new Failure("link-lost", "the link is lost");

describe("what is asked again", () => {
  let clock: ManualClock;
  let desk: AnswerDesk<CompletionAsk>;
  let back: PromiseWithResolvers<void>;
  let source: CompletionSource;

  beforeEach(() => {
    clock = new ManualClock();
    desk = new AnswerDesk<CompletionAsk>();
    back = Promise.withResolvers();
    source = askedAgain(desk.answer, {
      ready: (signal) => {
        signal.addEventListener("abort", () => {
          back.reject(signal.reason as Error);
        });
        return back.promise;
      },
      withinMs: 5_000,
      clock,
    });
  });

  for (const code of ["link-lost", "gateway-unreachable"] as const) {
    it(`is what was lost before a word of it came, once its link is back: ${code}`, async () => {
      const request = anAsk();
      const text = textOf(source(request, never));
      (await desk.ask(1)).throw(new Failure(code, "gone"));
      await settled();
      assert.equal(desk.asks.length, 1);
      back.resolve();
      const again = await desk.ask(2);
      assert.equal(again.request, request);
      again.text("here");
      again.end();
      again.return();
      assert.equal(await text, "here");
      assert.equal(clock.timerCount, 0);
    });
  }

  it("is asked once and no more, however often the link is lost", async () => {
    const text = textOf(source(anAsk(), never));
    (await desk.ask(1)).throw(lost);
    back.resolve();
    (await desk.ask(2)).throw(lost);
    await assert.rejects(text, lost);
    assert.equal(desk.asks.length, 2);
  });

  it("is asked all the same when the link is not back in time, to hear what is wrong", async () => {
    const text = textOf(source(anAsk(), never));
    (await desk.ask(1)).throw(lost);
    await settled();
    clock.advance(5_000);
    (await desk.ask(2)).throw(new Failure("gateway-unreachable", "nobody answers"));
    await assert.rejects(text, { code: "gateway-unreachable" });
    assert.equal(clock.timerCount, 0);
  });

  it("is nothing of which a word has come", async () => {
    const text = textOf(source(anAsk(), never));
    const ask = await desk.ask(1);
    ask.text("half");
    ask.throw(lost);
    back.resolve();
    await assert.rejects(text, lost);
    assert.equal(desk.asks.length, 1);
  });

  for (const code of ["busy", "upstream-down", "unauthorized", "deadline"] as FailureCode[]) {
    it(`is nothing that failed for another reason: ${code}`, async () => {
      const text = textOf(source(anAsk(), never));
      (await desk.ask(1)).throw(new Failure(code, "no"));
      back.resolve();
      await assert.rejects(text, { code });
      assert.equal(desk.asks.length, 1);
    });
  }

  it("is nothing that nobody wants any more, before or after the link was lost", async () => {
    for (const isLost of [false, true]) {
      const before = desk.asks.length;
      const controller = new AbortController();
      const text = textOf(source(anAsk(), controller.signal));
      text.catch(() => undefined);
      const ask = await desk.ask(before + 1);
      if (isLost) ask.throw(lost);
      await settled();
      controller.abort(new Error("typed on"));
      await assert.rejects(text);
      await settled();
      assert.ok(desk.asks.slice(before + 1).every(({ signal }) => signal.aborted));
      assert.equal(clock.timerCount, 0);
    }
  });

  it("holds up no draft of the engine beside it, and ends with it as one answer", async () => {
    const engine = new AnswerDesk<CompletionAsk>();
    const sparing = { maySpareModel: () => false, clock };
    const pieces = mergedSource(engine.answer, source, sparing)(anAsk(), never);
    const first = pieces[Symbol.asyncIterator]().next();
    (await desk.ask(1)).throw(lost);
    const draft = await engine.ask(1);
    draft.text("draft", "draft");
    draft.end();
    draft.return();
    assert.deepEqual((await first).value, { kind: "text", origin: "draft", text: "draft" });
    back.resolve();
    const again = await desk.ask(2);
    again.text("model");
    again.end();
    again.return();
    assert.equal(await textOf(pieces), "model");
    assert.equal(engine.asks.length, 1);
  });
});

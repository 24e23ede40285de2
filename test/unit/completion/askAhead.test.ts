import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { AskAhead } from "../../../src/completion/askAhead.ts";
import { Completer } from "../../../src/completion/completer.ts";
import { snapshotAt } from "../../helpers/cursor.ts";
import { FakeSource } from "../../helpers/fakeSource.ts";
import { ManualClock } from "../../helpers/manualClock.ts";

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
  const askAhead = new AskAhead(clock);
  let version = 0;
  const press = () => {
    askAhead.keyPressed();
    const ask = completer.ask(snapshotAt("f█", { version: ++version }), clock.now());
    askAhead.began(ask);
    return ask;
  };
  return { clock, far, askAhead, press };
}

describe("asking ahead of the editor", () => {
  it("stops after three asks that nobody picked up, until the editor asks", () => {
    const { askAhead, press, clock } = setUp();
    for (let unclaimed = 0; unclaimed < 3; unclaimed++) {
      assert.equal(askAhead.mayAsk, true, `after ${unclaimed}`);
      press();
      clock.advance(250);
    }
    assert.equal(askAhead.mayAsk, false);
    askAhead.editorAsked();
    assert.equal(askAhead.mayAsk, true);
  });

  it("gives up an ask that nobody wanted after 250 ms, and not before", async () => {
    const { press, clock, far } = setUp();
    const ask = press();
    clock.advance(249);
    assert.equal(far.last.signal.aborted, false);
    clock.advance(1);
    assert.equal(far.last.signal.aborted, true);
    assert.equal((await ask.result).reason, "nobody wanted it");
  });

  it("does not count asks that the next key overtook within 250 ms", () => {
    const { askAhead, press, clock } = setUp();
    for (let keys = 0; keys < 20; keys++) {
      press();
      clock.advance(249);
    }
    assert.equal(askAhead.mayAsk, true);
    clock.advance(1);
    assert.equal(askAhead.mayAsk, true, "only the last one counts");
  });

  it("does not count or give up an ask that is waited for", () => {
    const { askAhead, press, clock, far } = setUp();
    for (let keys = 0; keys < 5; keys++) {
      const ask = press();
      void ask.wait(new AbortController().signal);
      clock.advance(250);
      assert.equal(far.last.signal.aborted, false);
    }
    assert.equal(askAhead.mayAsk, true);
  });

  it("counts anew after the editor asked in between", () => {
    const { askAhead, press, clock } = setUp();
    for (const editorAsks of [false, false, true, false, false]) {
      if (editorAsks) askAhead.editorAsked();
      press();
      clock.advance(250);
    }
    assert.equal(askAhead.mayAsk, false);
    askAhead.editorAsked();
    for (let unclaimed = 0; unclaimed < 2; unclaimed++) {
      press();
      clock.advance(250);
    }
    assert.equal(askAhead.mayAsk, true);
  });

  it("leaves no timer when it is disposed", () => {
    const { askAhead, press, clock } = setUp();
    press().cancel("typed on");
    askAhead.dispose();
    assert.equal(clock.timerCount, 0);
  });
});

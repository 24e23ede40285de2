import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { describe, it } from "node:test";
import { deadline, linkAbort, onAbort } from "../../../src/base/abort.ts";
import { Failure } from "../../../src/base/failure.ts";
import { ManualClock } from "../../helpers/manualClock.ts";

const listeners = (signal: AbortSignal): number => getEventListeners(signal, "abort").length;

describe("onAbort", () => {
  it("runs its action once, inside the abort call", () => {
    const controller = new AbortController();
    let runs = 0;
    onAbort(controller.signal, () => runs++);
    controller.abort();
    assert.equal(runs, 1);
    controller.abort();
    assert.equal(runs, 1);
  });

  it("runs its action at once for a signal that has fired, and listens to nothing", () => {
    const signal = AbortSignal.abort("over");
    let runs = 0;
    onAbort(signal, () => runs++).dispose();
    assert.equal(runs, 1);
    assert.equal(listeners(signal), 0);
  });

  it("does nothing after its disposal", () => {
    const controller = new AbortController();
    let runs = 0;
    onAbort(controller.signal, () => runs++).dispose();
    controller.abort();
    assert.equal(runs, 0);
  });
});

describe("linkAbort", () => {
  it("fires with its parent, for the parent's reason", () => {
    const parent = new AbortController();
    const child = linkAbort(parent.signal);
    parent.abort("typed on");
    assert.ok(child.signal.aborted);
    assert.equal(child.signal.reason, "typed on");
  });

  it("has fired from the start under a parent that has", () => {
    assert.equal(linkAbort(AbortSignal.abort("typed on")).signal.reason, "typed on");
  });

  it("fires alone without its parent", () => {
    const parent = new AbortController();
    const child = linkAbort(parent.signal);
    child.abort("done with it");
    assert.equal(child.signal.reason, "done with it");
    assert.ok(!parent.signal.aborted);
  });

  it("no longer follows its parent after its disposal", () => {
    const parent = new AbortController();
    const child = linkAbort(parent.signal);
    child.dispose();
    parent.abort();
    assert.ok(!child.signal.aborted);
  });

  it("leaves no listener on a parent that outlives 10,000 children", () => {
    const parent = new AbortController();
    for (let each = 0; each < 10_000; each++) {
      const child = linkAbort(parent.signal);
      if (each % 2 === 0) child.abort("done");
      child.dispose();
      child.dispose();
    }
    assert.equal(listeners(parent.signal), 0);
  });
});

describe("deadline", () => {
  it("fires with a deadline failure that says what took too long", () => {
    const clock = new ManualClock();
    const limited = deadline(new AbortController().signal, clock, 500, "opening the link");
    clock.advance(499);
    assert.ok(!limited.signal.aborted);
    clock.advance(1);
    const reason: unknown = limited.signal.reason;
    assert.ok(reason instanceof Failure);
    assert.equal(reason.code, "deadline");
    assert.equal(reason.message, "opening the link took longer than 500 ms");
  });

  it("fires with its parent before that, and may be fired by hand", () => {
    const parent = new AbortController();
    const clock = new ManualClock();
    const first = deadline(parent.signal, clock, 500, "it");
    const second = deadline(parent.signal, clock, 500, "it");
    second.abort("by hand");
    parent.abort("with the parent");
    clock.advance(500);
    assert.equal(first.signal.reason, "with the parent");
    assert.equal(second.signal.reason, "by hand");
  });

  it("leaves neither timer nor listener behind after 10,000 disposals", () => {
    const parent = new AbortController();
    const clock = new ManualClock();
    for (let each = 0; each < 10_000; each++) deadline(parent.signal, clock, 500, "it").dispose();
    assert.equal(clock.timerCount, 0);
    assert.equal(listeners(parent.signal), 0);
  });
});

import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { Pause } from "../../../src/extension/pause.ts";
import { ManualClock } from "../../helpers/manualClock.ts";

const minuteMs = 60_000;

describe("a pause", () => {
  let clock: ManualClock;
  /** How far the wall clock is ahead: it has gone on in the machine's sleep, or was set. */
  let aheadMs: number;
  let kept: unknown;
  let pause: Pause;
  let changes: number;

  const wallMs = () => clock.now() + aheadMs;
  const open = () => {
    pause = new Pause({
      clock,
      wallNowMs: wallMs,
      storage: {
        get: () => kept as never,
        update: (_key, value) => {
          kept = value && (JSON.parse(JSON.stringify(value)) as unknown);
          return Promise.resolve();
        },
      },
    });
    changes = 0;
    pause.onChange(() => changes++);
  };
  const reload = () => {
    pause.dispose();
    open();
  };
  beforeEach(() => {
    clock = new ManualClock();
    aheadMs = 1_700_000_000_000;
    kept = undefined;
    open();
  });
  afterEach(() => {
    pause.dispose();
    assert.equal(clock.timerCount, 0);
  });

  it("says until when it lasts, and ends then by itself", () => {
    assert.equal(pause.untilMs, undefined);
    const untilMs = wallMs() + 60 * minuteMs;
    pause.begin(60 * minuteMs);
    assert.equal(pause.untilMs, untilMs);
    clock.advance(60 * minuteMs - 1);
    assert.equal(pause.untilMs, untilMs);
    assert.equal(changes, 1);
    clock.advance(1);
    assert.equal(pause.untilMs, undefined);
    assert.equal(changes, 2);
  });

  it("ends while the machine sleeps, and says so when it is looked at", () => {
    pause.begin(60 * minuteMs);
    clock.advance(5 * minuteMs);
    aheadMs += 8 * 60 * minuteMs; // the lid was closed
    assert.equal(pause.untilMs, undefined);
    pause.check();
    assert.equal(changes, 2);
    pause.check();
    assert.equal(changes, 2);
  });

  it("goes on when the machine wakes before its end", () => {
    pause.begin(60 * minuteMs);
    aheadMs += 20 * minuteMs;
    pause.check();
    assert.equal(changes, 1);
    assert.notEqual(pause.untilMs, undefined);
  });

  it("holds when the window is reloaded, for what is left of it", () => {
    pause.begin(60 * minuteMs);
    const { untilMs } = pause;
    clock.advance(50 * minuteMs);
    reload();
    assert.equal(pause.untilMs, untilMs);
    clock.advance(10 * minuteMs);
    assert.equal(pause.untilMs, undefined);
    assert.equal(changes, 1);
  });

  it("that is over or was ended is not back after a reload, whatever the clock says then", () => {
    pause.begin(5 * minuteMs);
    pause.end();
    reload();
    assert.equal(pause.untilMs, undefined);
    pause.begin(5 * minuteMs);
    pause.dispose();
    aheadMs += 60 * minuteMs;
    open();
    assert.equal(pause.untilMs, undefined);
    aheadMs -= 60 * minuteMs;
    reload();
    assert.equal(pause.untilMs, undefined);
  });

  it("lasts no longer than was asked for where the wall clock is set back", () => {
    pause.begin(5 * minuteMs);
    aheadMs -= 24 * 60 * minuteMs;
    clock.advance(5 * minuteMs);
    assert.equal(pause.untilMs, undefined);
    pause.begin(5 * minuteMs);
    aheadMs -= 24 * 60 * minuteMs;
    reload();
    clock.advance(5 * minuteMs);
    assert.equal(pause.untilMs, undefined);
  });

  it("asked for anew begins anew", () => {
    pause.begin(5 * minuteMs);
    pause.begin(60 * minuteMs);
    clock.advance(59 * minuteMs);
    assert.notEqual(pause.untilMs, undefined);
  });

  it("is none where what was kept is none", () => {
    for (const broken of [null, 7, "x", {}, { untilMs: wallMs() + 1 }]) {
      kept = broken;
      reload();
      assert.equal(pause.untilMs, undefined);
    }
  });
});

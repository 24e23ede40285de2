import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { StartKeys } from "../../../src/extension/startKeys.ts";
import { ManualClock } from "../../helpers/manualClock.ts";
import { settled } from "../../helpers/settled.ts";

describe("the keys for the child's start", () => {
  let clock: ManualClock;
  let lateCount: number;
  let keys: StartKeys;
  beforeEach(() => {
    clock = new ManualClock();
    lateCount = 0;
    keys = new StartKeys({ clock, onLate: () => lateCount++ });
  });
  afterEach(() => {
    keys.dispose();
    assert.equal(clock.timerCount, 0);
  });
  /** Begins a start, and lets its keys come. */
  const start = () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const come = async () => {
      resolve("the keys");
      await settled();
    };
    return { got: keys.inTime(promise), come };
  };

  it("are waited for a little", async () => {
    const { got, come } = start();
    clock.advance(1_999);
    await come();
    assert.equal(await got, "the keys");
    clock.advance(60_000);
    await settled(); // it would be told by now
    assert.equal(lateCount, 0);
  });

  it("are not waited for longer than 2 s, and are told of when they come", async () => {
    const { got, come } = start();
    clock.advance(2_000);
    assert.equal(await got, undefined);
    assert.equal(lateCount, 0);
    await come();
    assert.equal(lateCount, 1);
  });

  it("of a keyring that is slow each time make the child begin anew a few times, not for ever", async () => {
    for (let starts = 0; starts < 20; starts++) {
      const { come } = start();
      clock.advance(10_000);
      await come();
    }
    assert.equal(lateCount, 3); // after 2, 4 and 8 s
  });

  it("of a keyring that never answers keep no start waiting", async () => {
    for (let starts = 0; starts < 3; starts++) {
      const { got } = start();
      clock.advance(2_000);
      assert.equal(await got, undefined);
    }
  });

  it("that come for an earlier start begin none anew", async () => {
    const first = start();
    clock.advance(2_000);
    start();
    clock.advance(1_000);
    await first.come();
    assert.equal(lateCount, 0);
    clock.advance(2_000);
  });

  it("are waited for longer where a person waits for the model", async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const got = keys.inTime(promise, 30_000);
    clock.advance(29_999);
    resolve("the keys");
    assert.equal(await got, "the keys");
  });

  it("tell nobody who has gone", async () => {
    const { come } = start();
    clock.advance(2_000);
    keys.dispose();
    await come();
    assert.equal(lateCount, 0);
  });
});

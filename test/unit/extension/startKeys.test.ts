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

  it("of a keyring that is slow each time make the child begin anew once, not for ever", async () => {
    const first = start();
    clock.advance(2_000);
    await first.come();
    const second = start();
    clock.advance(60_000);
    await second.come();
    assert.equal(await second.got, "the keys");
    assert.equal(lateCount, 1);
  });

  it("tell nobody who has gone", async () => {
    const { come } = start();
    clock.advance(2_000);
    keys.dispose();
    await come();
    assert.equal(lateCount, 0);
  });
});

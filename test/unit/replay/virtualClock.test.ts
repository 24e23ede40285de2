import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { describe, it } from "node:test";
import { VirtualClock } from "../../bench/replay/virtualClock.ts";

describe("the virtual clock", () => {
  it("runs timers at their own moments, those that timers set included, up to a moment", async () => {
    const clock = new VirtualClock(() => 0);
    const start = clock.now();
    const ran: number[] = [];
    const note = () => void ran.push(clock.now() - start);
    clock.after(30, note);
    clock.after(10, () => {
      note();
      clock.after(5, note);
      clock.after(0, note);
    });
    clock.after(12, note).dispose();
    clock.after(31, note);
    await clock.until(start + 30);
    assert.deepEqual(ran, [10, 10, 15, 30]);
    assert.equal(clock.now(), start + 30);
  });

  it("lets promises and immediates come to rest before time goes on", async () => {
    let frames = 0;
    const clock = new VirtualClock(() => frames);
    const start = clock.now();
    const seen: number[] = [];
    const pass = async () => {
      for (let hop = 0; hop < 50; hop++) {
        await setImmediate();
        await setImmediate();
        frames++;
      }
      seen.push(clock.now() - start);
    };
    clock.after(1, () => void pass());
    clock.after(2, () => void seen.push(clock.now() - start));
    await clock.until(start + 5);
    assert.deepEqual(seen, [1, 2]);
  });
});

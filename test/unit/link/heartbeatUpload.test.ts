import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { Heartbeat } from "../../../src/link/heartbeat.ts";
import { ManualClock } from "../../helpers/manualClock.ts";

describe("heartbeat behind a long upload", () => {
  let clock: ManualClock;
  let heartbeat: Heartbeat;
  let startedAt: number;
  let givenBytes: number;
  let suspicions: number;
  let deadAtMs: number | undefined;
  /** Answers each ping after that long; undefined: never. */
  let answerMs: number | undefined;

  beforeEach(() => {
    clock = new ManualClock();
    startedAt = clock.now();
    [givenBytes, suspicions, deadAtMs, answerMs] = [0, 0, undefined, 3];
    let isBusy = false;
    heartbeat = new Heartbeat(clock, {
      ping: (nonce) => {
        if (answerMs === undefined) return;
        clock.after(answerMs, () => {
          heartbeat.heard();
          heartbeat.pong(nonce);
        });
      },
      givenBytes: () => givenBytes,
      isBusy: () => isBusy,
      suspected: () => suspicions++,
      dead: () => {
        deadAtMs ??= clock.now() - startedAt;
        heartbeat.dispose();
      },
    });
    heartbeat.start();
    clock.advance(3_000);
    isBusy = true;
  });

  it("gives an end as much longer as a quarter of a megabyte before the ping takes on a slow line", () => {
    givenBytes += 16 * 1024 + 240_000; // 15 s at 16 kB/s
    answerMs = 14_000;
    heartbeat.asked();
    clock.advance(14_100);
    assert.deepEqual([suspicions, deadAtMs], [0, undefined]);
    answerMs = undefined;
    clock.advance(3_000);
    assert.equal(typeof deadAtMs, "number", "what has arrived gives no time any more");
  });

  it("holds a silent end for dead 2 s after what was sent before the ping must have arrived", () => {
    answerMs = undefined;
    givenBytes += 16 * 1024 + 32_000;
    heartbeat.asked();
    clock.advance(4_099);
    assert.deepEqual([suspicions, deadAtMs], [1, undefined]);
    clock.advance(1);
    assert.equal(deadAtMs, 7_100);
  });
});

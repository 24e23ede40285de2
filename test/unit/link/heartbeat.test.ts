import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { Heartbeat } from "../../../src/link/heartbeat.ts";
import { ManualClock } from "../../helpers/manualClock.ts";

describe("heartbeat", () => {
  let clock: ManualClock;
  let heartbeat: Heartbeat;
  let pings: { readonly nonce: number; readonly atMs: number }[];
  let deadAtMs: number | undefined;
  let isBusy: boolean;
  let startedAt: number;
  /** Answers each ping after that long; undefined: never. */
  let answerMs: number | undefined;

  beforeEach(() => {
    clock = new ManualClock();
    startedAt = clock.now();
    pings = [];
    deadAtMs = undefined;
    isBusy = false;
    answerMs = 3;
    heartbeat = new Heartbeat(clock, {
      ping: (nonce) => {
        pings.push({ nonce, atMs: clock.now() - startedAt });
        if (answerMs === undefined) return;
        clock.after(answerMs, () => {
          heartbeat.heard();
          heartbeat.pong(nonce);
        });
      },
      isBusy: () => isBusy,
      dead: () => {
        deadAtMs ??= clock.now() - startedAt;
        heartbeat.dispose();
      },
    });
  });

  const pingTimes = (): number[] => pings.map(({ atMs }) => atMs);

  it("says nothing before it is started", () => {
    clock.advance(60_000);
    assert.deepEqual(pings, []);
    assert.equal(clock.timerCount, 0);
  });

  it("pings at its start and then every 5 s, with a new nonce each time", () => {
    heartbeat.start();
    clock.advance(15_000);
    assert.deepEqual(pingTimes(), [0, 5_000, 10_000, 15_000]);
    assert.equal(new Set(pings.map(({ nonce }) => nonce)).size, 4);
    assert.equal(deadAtMs, undefined);
  });

  it("measures the time from a ping to its pong", () => {
    heartbeat.start();
    assert.equal(heartbeat.roundTripMs, undefined);
    clock.advance(3);
    assert.equal(heartbeat.roundTripMs, 3);
    answerMs = 40;
    clock.advance(6_000);
    assert.equal(heartbeat.roundTripMs, 40);
  });

  it("takes no pong for another one's, nor one twice", () => {
    answerMs = undefined;
    heartbeat.start();
    const nonce = pings[0]?.nonce ?? 0;
    clock.advance(10);
    heartbeat.pong(nonce + 1);
    assert.equal(heartbeat.roundTripMs, undefined);
    heartbeat.pong(nonce);
    clock.advance(10);
    heartbeat.pong(nonce);
    assert.equal(heartbeat.roundTripMs, 10);
  });

  it("notices a silent end 5 s after a ping", () => {
    heartbeat.start();
    clock.advance(4_999);
    answerMs = undefined;
    clock.advance(5_000);
    assert.equal(deadAtMs, undefined);
    clock.advance(1);
    assert.equal(deadAtMs, 10_000);
  });

  it("pings every second while a stream is open and nothing comes", () => {
    isBusy = true;
    heartbeat.start();
    clock.advance(4_000);
    assert.deepEqual(pingTimes(), [0, 2_000, 4_000]);
    assert.equal(deadAtMs, undefined);
  });

  it("does not ping sooner while a stream is open and its texts come", () => {
    isBusy = true;
    heartbeat.start();
    for (let each = 0; each < 8; each++) {
      clock.advance(500);
      heartbeat.heard();
    }
    assert.deepEqual(pingTimes(), [0]);
  });

  it("notices a silent end 2 s after a ping while a stream is open", () => {
    heartbeat.start();
    clock.advance(3_000);
    answerMs = undefined;
    isBusy = true;
    clock.advance(1_000);
    assert.deepEqual(pingTimes(), [0, 4_000]);
    clock.advance(1_999);
    assert.equal(deadAtMs, undefined);
    clock.advance(1);
    assert.equal(deadAtMs, 6_000);
  });

  it("holds no end for dead that speaks, even without a pong", () => {
    isBusy = true;
    answerMs = undefined;
    heartbeat.start();
    for (let each = 0; each < 60; each++) {
      clock.advance(1_000);
      heartbeat.heard();
    }
    assert.equal(deadAtMs, undefined);
  });

  for (const busy of [true, false]) {
    const when = busy ? "with a stream open" : "idle";
    it(`holds no end for dead because this one was held up for a minute, ${when}`, () => {
      isBusy = busy;
      answerMs = undefined;
      heartbeat.start();
      clock.stall(60_000);
      assert.equal(deadAtMs, undefined);
      const limitMs = busy ? 2_000 : 5_000;
      clock.advance(limitMs - 1);
      assert.equal(deadAtMs, undefined);
      clock.advance(1_001);
      assert.equal(typeof deadAtMs, "number", "what stays silent after that is dead");
    });
  }

  it("leaves no timer behind, wherever it is stopped", () => {
    heartbeat.start();
    clock.advance(20_003);
    heartbeat.dispose();
    heartbeat.dispose();
    assert.equal(clock.timerCount, 0);
  });
});

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
  let suspicions: { readonly isSuspect: boolean; readonly atMs: number }[];
  let startedAt: number;
  /** Answers each ping after that long; undefined: never. */
  let answerMs: number | undefined;

  beforeEach(() => {
    clock = new ManualClock();
    startedAt = clock.now();
    pings = [];
    deadAtMs = undefined;
    isBusy = false;
    suspicions = [];
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
      givenBytes: () => 0,
      isBusy: () => isBusy,
      suspected: (isSuspect) => suspicions.push({ isSuspect, atMs: clock.now() - startedAt }),
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

  it("pings 0.5 s after the last word while a stream is open", () => {
    isBusy = true;
    heartbeat.start();
    clock.advance(1_600);
    assert.deepEqual(pingTimes(), [0, 503, 1_006, 1_509]);
    assert.equal(deadAtMs, undefined);
  });

  it("does not ping sooner while a stream is open and its texts come", () => {
    isBusy = true;
    heartbeat.start();
    for (let each = 0; each < 8; each++) {
      clock.advance(499);
      heartbeat.heard();
    }
    assert.deepEqual(pingTimes(), [0]);
  });

  /** The other end says nothing more from now on. */
  function fallSilent(): void {
    answerMs = undefined;
  }

  function ask(): void {
    isBusy = true;
    heartbeat.asked();
  }

  it("pings 0.1 s behind a request, doubts a silent end 1 s later and holds it for dead 2 s later", () => {
    heartbeat.start();
    clock.advance(3_000);
    fallSilent();
    ask();
    clock.advance(99);
    assert.deepEqual(pingTimes(), [0]);
    clock.advance(1);
    assert.deepEqual(pingTimes(), [0, 3_100]);
    clock.advance(999);
    assert.deepEqual(suspicions, []);
    clock.advance(1);
    assert.deepEqual(suspicions, [{ isSuspect: true, atMs: 4_100 }]);
    clock.advance(999);
    assert.equal(deadAtMs, undefined);
    clock.advance(1);
    assert.equal(deadAtMs, 5_100);
  });

  it("does not ping behind a request whose answer has begun to come", () => {
    heartbeat.start();
    clock.advance(3_000);
    ask();
    clock.advance(99);
    heartbeat.heard();
    clock.advance(499);
    assert.deepEqual(pingTimes(), [0]);
  });

  it("pings behind the first of many requests into the silence", () => {
    heartbeat.start();
    clock.advance(3_000);
    for (let each = 0; each < 10; each++) {
      ask();
      clock.advance(60);
    }
    assert.deepEqual(pingTimes(), [0, 3_100]);
  });

  it("does not ping behind a request when something has just been heard, nor beside another ping", () => {
    heartbeat.start();
    clock.advance(400);
    ask();
    assert.deepEqual(pingTimes(), [0]);
    fallSilent();
    clock.advance(200);
    ask();
    assert.deepEqual(pingTimes(), [0, 503]);
  });

  it("tells of no death inside a request, whatever has been silent before it", () => {
    heartbeat.start();
    clock.advance(4_999);
    fallSilent();
    clock.advance(3_000);
    ask();
    assert.equal(deadAtMs, undefined);
    clock.advance(0);
    assert.equal(deadAtMs, 7_999);
  });

  it("notices within 3 s that an end died at any time before or during a request", () => {
    for (let diesAtMs = 0; diesAtMs < 12_000; diesAtMs += 83) {
      for (let askedAtMs = 0; askedAtMs < diesAtMs + 9_000; askedAtMs += 97) {
        const waitsFrom = Math.max(askedAtMs, diesAtMs);
        const noticedMs = noticedAfter(diesAtMs, askedAtMs) - waitsFrom;
        assert.ok(noticedMs <= 2_600, `died at ${diesAtMs}, asked at ${askedAtMs}: ${noticedMs}`);
      }
    }
  });

  it("notices within 10 s that an idle end died at any time", () => {
    for (let diesAtMs = 0; diesAtMs < 12_000; diesAtMs += 83) {
      const noticedMs = noticedAfter(diesAtMs, Number.POSITIVE_INFINITY) - diesAtMs;
      assert.ok(noticedMs <= 10_000, `died at ${diesAtMs}: ${noticedMs}`);
    }
  });

  /** When the death of an end is noticed that answers after 3 ms, dies at one time and is asked at another. */
  function noticedAfter(diesAtMs: number, askedAtMs: number): number {
    const time = new ManualClock();
    const begin = time.now();
    let noticedAt: number | undefined;
    let hasAsked = false;
    const beat: Heartbeat = new Heartbeat(time, {
      ping: (nonce) => {
        time.after(3, () => {
          if (time.now() - begin >= diesAtMs) return;
          beat.heard();
          beat.pong(nonce);
        });
      },
      givenBytes: () => 0,
      isBusy: () => hasAsked,
      suspected: () => undefined,
      dead: () => {
        noticedAt = time.now() - begin;
        beat.dispose();
      },
    });
    if (Number.isFinite(askedAtMs)) {
      time.after(askedAtMs, () => {
        hasAsked = true;
        beat.asked();
      });
    }
    beat.start();
    while (noticedAt === undefined) time.advance(1_000);
    return noticedAt;
  }

  it("trusts an end again that answers late, and only upon the pong to its last ping", () => {
    heartbeat.start();
    clock.advance(3_000);
    fallSilent();
    ask();
    clock.advance(1_600);
    const nonce = pings.at(-1)?.nonce ?? 0;
    heartbeat.heard();
    heartbeat.pong(nonce - 1);
    assert.equal(suspicions.at(-1)?.isSuspect, true);
    heartbeat.pong(nonce);
    assert.equal(suspicions.at(-1)?.isSuspect, false);
    answerMs = 3;
    clock.advance(10_000);
    assert.equal(deadAtMs, undefined);
    assert.equal(suspicions.length, 2);
  });

  it("pings a suspect end at once, and holds it for dead after 2 s of silence though nothing waits", () => {
    heartbeat.start();
    clock.advance(1_000);
    fallSilent();
    heartbeat.suspect();
    assert.deepEqual(pingTimes(), [0, 1_000]);
    assert.deepEqual(suspicions, [{ isSuspect: true, atMs: 1_000 }]);
    clock.advance(1_999);
    assert.equal(deadAtMs, undefined);
    clock.advance(1);
    assert.equal(deadAtMs, 3_000);
  });

  it("takes no pong to a ping from before for the answer of a suspect end", () => {
    answerMs = undefined;
    heartbeat.start();
    const nonce = pings.at(-1)?.nonce ?? 0;
    heartbeat.suspect();
    heartbeat.pong(nonce);
    assert.equal(suspicions.at(-1)?.isSuspect, true);
  });

  it("can be told of suspicions and requests before it starts and after it has ended", () => {
    heartbeat.suspect();
    heartbeat.asked();
    heartbeat.start();
    heartbeat.dispose();
    heartbeat.suspect();
    heartbeat.asked();
    assert.deepEqual(pingTimes(), [0]);
    assert.equal(clock.timerCount, 1, "the answer of the test's other end");
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

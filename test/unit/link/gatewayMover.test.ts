import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { GatewayMover } from "../../../src/link/gatewayMover.ts";
import { ManualClock } from "../../helpers/manualClock.ts";
import { settled } from "../../helpers/settled.ts";

describe("moving to a better gateway", () => {
  let clock: ManualClock;
  let mover: GatewayMover;
  let surveys: number;
  let better: string | undefined;
  let isIdle: boolean;
  let moves: string[];

  beforeEach(() => {
    clock = new ManualClock();
    surveys = 0;
    better = undefined;
    isIdle = true;
    moves = [];
    mover = new GatewayMover({
      clock,
      survey: () => {
        surveys++;
        return Promise.resolve(better);
      },
      isIdle: () => isIdle,
      move: (address) => moves.push(address),
    });
  });
  afterEach(() => {
    mover.dispose();
    assert.equal(clock.timerCount, 0);
  });

  const answers = (count: number, ms: number) => {
    for (let answer = 0; answer < count; answer++) mover.answered(ms);
  };
  const surveysWithin = async (ms: number) => {
    const before = surveys;
    clock.advance(ms);
    await settled();
    return surveys - before;
  };

  it("looks for one every ten minutes, and stays where there is none", async () => {
    assert.equal(await surveysWithin(599_999), 0);
    assert.equal(await surveysWithin(1), 1);
    assert.equal(await surveysWithin(600_000), 1);
    assert.deepEqual(moves, []);
  });

  it("moves once to the one that was found", async () => {
    better = "b";
    await surveysWithin(600_000);
    mover.idle();
    assert.deepEqual(moves, ["b"]);
  });

  it("waits until nobody waits for an answer", async () => {
    better = "b";
    isIdle = false;
    await surveysWithin(600_000);
    mover.idle();
    assert.deepEqual(moves, []);
    isIdle = true;
    mover.idle();
    assert.deepEqual(moves, ["b"]);
  });

  it("looks soon when the network is another one", async () => {
    mover.surveySoon();
    assert.equal(await surveysWithin(5_000), 1);
    assert.equal(await surveysWithin(599_999), 0);
    assert.equal(await surveysWithin(1), 1);
  });

  it("looks soon after five late answers in a row", async () => {
    answers(20, 100);
    answers(4, 300);
    assert.equal(await surveysWithin(5_000), 0);
    answers(1, 300);
    assert.equal(await surveysWithin(5_000), 1);
  });

  const fine: readonly (readonly [string, () => void])[] = [
    [
      "four late ones and one as usual",
      () => {
        for (const [count, ms] of [
          [4, 300],
          [1, 100],
          [4, 300],
        ] as const)
          answers(count, ms);
      },
    ],
    [
      "less than three times as long",
      () => {
        answers(9, 299);
      },
    ],
  ];
  for (const [what, happens] of fine) {
    it(`does not look for ${what}`, async () => {
      answers(20, 100);
      happens();
      assert.equal(await surveysWithin(5_000), 0);
    });
  }

  it("does not look where three times as long is next to nothing, or little is known", async () => {
    answers(5, 900);
    assert.equal(await surveysWithin(5_000), 0);
    answers(20, 5);
    answers(9, 40);
    assert.equal(await surveysWithin(5_000), 0);
  });

  it("does not take what it has found once it is disposed", async () => {
    better = "b";
    clock.advance(600_000);
    mover.dispose();
    await settled();
    assert.deepEqual(moves, []);
  });
});

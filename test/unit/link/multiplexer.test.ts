import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type LinkProfile, localProfile } from "../../../src/link/linkProfile.ts";
import { freshSeed, seededRandom } from "../../helpers/randomness.ts";
import { settled } from "../../helpers/settled.ts";
import { RandomWorld } from "./randomWorld.ts";

/** `SLIPSTREAM_LINK_STEPS` makes it longer: the steps of each seed. */
const steps = Number(process.env["SLIPSTREAM_LINK_STEPS"] ?? 28_000);
const seeds: readonly number[] = [1, 20_260, freshSeed()];
const narrow: LinkProfile = {
  ...localProfile,
  window: { beforeChars: 200, afterChars: 200, pieceChars: 150 },
};
const compressed: LinkProfile = { ...narrow, compression: ["deflate"], isPadded: true };
const profiles: readonly (readonly [string, LinkProfile, number])[] = [
  ["with whole texts", localProfile, steps],
  ["with a window of the text and the rest in pieces", narrow, steps],
  ["compressed and padded", compressed, Math.ceil(steps / 28)],
];

async function play(seed: number, profile: LinkProfile, count: number): Promise<RandomWorld> {
  const random = seededRandom(seed);
  const world = new RandomWorld(random, profile);
  world.connect();
  const isEachSettled = profile === compressed;
  for (let step = 0; step < count; step++) {
    world.step();
    if (isEachSettled || random() < 0.2) await settled();
  }
  return world;
}

describe("many asks about changing texts, at random, on links that break", () => {
  for (const [how, profile, count] of profiles) {
    for (const seed of seeds) {
      it(`end once each, about the text there was, and leave nothing behind: ${how}, seed ${seed}`, async () => {
        const world = await play(seed, profile, count);
        await world.finish();
        await world.close();
        for (const { number, outcomes } of world.asked) {
          assert.equal(outcomes.length, 1, `ask ${number}: ${outcomes.join()}`);
        }
        const counts = Object.groupBy(world.asked, ({ outcomes }) => outcomes[0] ?? "none");
        const usual = ["cancelled", "end", "internal", "link-lost", "superseded", "upstream-down"];
        const unusual = Object.keys(counts).filter((outcome) => !usual.includes(outcome));
        assert.deepEqual(unusual, []);
        if (count > 10_000) {
          for (const outcome of usual) {
            assert.ok((counts[outcome]?.length ?? 0) > 3, `hardly any ${outcome}`);
          }
          const ahead = world.asked.filter(({ text, seen }) => text.isAhead && seen > 0);
          assert.ok(ahead.length > 3, "hardly any answer to an ask ahead");
        }
        assert.deepEqual(world.unasked, []);
        assert.equal(world.served.length, world.requestCount);
        await world.desk.until(() => world.desk.asks.every(({ isStopped }) => isStopped));
        assert.equal(world.clock.timerCount, 0);
      });

      it(`all end when the link breaks in the middle: ${how}, seed ${seed}`, async () => {
        const world = await play(seed, profile, 400);
        world.cut();
        await settled();
        await Promise.all(world.readers);
        for (const { outcomes } of world.asked) assert.equal(outcomes.length, 1);
        await world.close();
        await world.desk.until(() => world.desk.asks.every(({ isStopped }) => isStopped));
        assert.equal(world.clock.timerCount, 0);
      });
    }
  }
});

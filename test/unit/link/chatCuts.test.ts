import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ChatScript } from "../../helpers/chatSources.ts";
import { ChatWorld, type Side } from "../../helpers/chatWorld.ts";
import { settled } from "../../helpers/settled.ts";

const short = ["a", "é", "漢字", "😀", "", "\ud83d", "\ude00 half and half", "x😀y", "\n", "end"];
/** Enough for credit to be granted several times, in frames that end inside of pieces. */
const long = Array.from({ length: 24 }, (_, index) => `${index}é漢😀`.repeat(700));

/** Ends one connection after each of these numbers of frames, and lets the last one be. */
async function runWithCuts(texts: readonly string[], cuts: readonly number[], first: Side) {
  const script = new ChatScript(() => texts);
  const world = new ChatWorld({ chat: script.answer });
  await world.ready();
  const reader = world.read();
  await settled();
  let steps = 0;
  let waits = 0;
  for (const cut of cuts) {
    for (steps = 0; steps < cut && !reader.isOver;) {
      if (await world.step(first)) steps++;
      else world.clock.advance(5); // chat text waits while much is on its way
      assert.ok(waits++ < 5_000, "the chat does not end");
    }
    if (reader.isOver) break;
    await world.cut();
    await world.dialAgain();
  }
  await world.finish(reader);
  await world.flow();
  const { text, endCount, failure } = reader;
  const result = { text, endCount, failure, steps, asked: script.answers.length };
  world.dispose();
  assert.equal(world.clock.timerCount, 0);
  return result;
}

async function framesOf(texts: readonly string[], first: Side): Promise<number> {
  const { steps } = await runWithCuts(texts, [Number.POSITIVE_INFINITY], first);
  return steps;
}

for (const first of ["client", "server"] as const) {
  describe(`a chat whose connection is cut, frames to the ${first} delivered first`, () => {
    for (const [name, texts] of [
      ["short pieces", short],
      ["long text", long],
    ] as const) {
      it(`yields the uncut text after one cut at any frame: ${name}`, async () => {
        const frames = await framesOf(texts, first);
        assert.ok(frames > 5, `${frames} frames`);
        for (let cut = 0; cut <= frames; cut++) {
          const { text, endCount, failure, asked } = await runWithCuts(texts, [cut], first);
          if (asked === 0) {
            // The question itself was lost: it is not asked again.
            assert.equal(failure?.code, "link-lost", `cut ${cut}`);
            assert.equal(text, "");
            continue;
          }
          assert.equal(failure, undefined, `cut ${cut}`);
          assert.equal(text, texts.join(""), `cut ${cut}`);
          assert.equal(endCount, 1);
          assert.equal(asked, 1);
        }
      });
    }

    it("yields the uncut text after three cuts in a row at any frames", async () => {
      const texts = short.slice(2, 7);
      const frames = await framesOf(texts, first);
      let runs = 0;
      for (let a = 1; a <= frames; a++) {
        for (let b = 0; b <= 8; b++) {
          for (let c = 0; c <= 8; c++) {
            const { text, failure, endCount } = await runWithCuts(texts, [a, b, c], first);
            const where = `cuts after ${a}, ${b} and ${c} frames`;
            assert.equal(failure, undefined, where);
            assert.equal(text, texts.join(""), where);
            assert.equal(endCount, 1);
            runs++;
          }
        }
      }
      assert.ok(runs > 80);
    });
  });
}

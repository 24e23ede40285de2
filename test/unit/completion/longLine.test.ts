import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { snapshotRange } from "../../../src/context/snapshot.ts";
import { fakeEnd, textPiece } from "../../helpers/fakeSource.ts";
import { settled } from "../../helpers/settled.ts";
import { TypingWorld } from "./typingWorld.ts";

const said = "the quick brown fox jumps over the lazy dog and runs away";
const keys = 40;
const keyMs = 200;
const answerMs = 300;
const stepMs = 10;

/** Types behind a line what a model says that is always right, and slower than a key; at how many keys there is text. */
async function shownBehind(line: string): Promise<number> {
  const world = new TypingWorld("█");
  world.maySpeculate = false;
  let shownKeys = 0;
  const due: { readonly at: number; readonly say: () => void }[] = [];
  for (let typed = 0; typed < keys; typed++) {
    const text = line + said.slice(0, typed);
    const before = text.slice(snapshotRange(text.length).from);
    world.snapshot = { ...world.snapshot, before, offset: text.length, version: 1 + typed };
    world.completer.edited(world.snapshot.documentKey);
    const known = world.far.answers.length;
    const ask = world.ask();
    await settled();
    for (const answer of world.far.answers.slice(known)) {
      const say = () => void answer.say(textPiece(said.slice(typed)), fakeEnd);
      due.push({ at: world.clock.now() + answerMs, say });
    }
    for (let ms = 0; ms < keyMs; ms += stepMs) {
      for (const { at, say } of due) if (at === world.clock.now()) say();
      await settled();
      await world.pass(stepMs);
    }
    if (ask.latest?.suggestion) shownKeys++;
  }
  return shownKeys;
}

void describe("a line that is longer than what is read of the document", () => {
  void it("has ghost text at as many keys as a short one", async () => {
    const short = await shownBehind("word ".repeat(10));
    assert.ok(short > keys / 2);
    assert.equal(await shownBehind("word ".repeat(1_000)), short);
  });
});

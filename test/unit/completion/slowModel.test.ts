import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { textPiece } from "../../helpers/fakeSource.ts";
import { settled } from "../../helpers/settled.ts";
import { TypingWorld } from "./typingWorld.ts";

void describe("a model that does not answer", () => {
  void it("keeps no later key from its draft, and at most three requests are open", async () => {
    const world = new TypingWorld("█");
    world.hasDrafts = true;
    world.ask();
    for (const [at, key] of "qwertyuiop".split("").entries()) {
      world.far.last.say(textPiece(`draft${at}`, "draft"));
      await settled();
      await world.pass(100);
      await world.type(key);
    }
    world.far.last.say(textPiece("the last one's", "draft"));
    await settled();
    await world.pass(400);
    assert.equal(world.shown, "the last one's");
    assert.equal(world.openRequests, 3);
    assert.equal(world.far.answers[0]?.signal.aborted, false, "the first will answer first");
  });

  void it("keeps no key from the file's first draft", async () => {
    const world = new TypingWorld("█");
    world.hasDrafts = true;
    world.ask();
    for (const key of "qwer") await world.type(key); // the engine knows nothing here yet
    world.far.last.say(textPiece("ty", "draft"));
    await settled();
    await world.pass(400);
    assert.equal(world.shown, "ty");
  });

  void it("takes the place of a draft that has nothing more to say, when it answers late", async () => {
    const world = new TypingWorld("measure█");
    world.ask();
    world.far.last.say(textPiece("(draft);", "draft"));
    await settled();
    await world.pass(400);
    assert.equal(world.shown, "(draft);");
    await world.say("(model);\n");
    const last = world.reports.at(-1);
    assert.deepEqual([last?.isLate, last?.result.suggestion?.text], [true, "(model);"]);
  });
});

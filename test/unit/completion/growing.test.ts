import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { answered, TypingWorld } from "./typingWorld.ts";

void describe("an answer that comes piece by piece", () => {
  void it("is not shown at one sign, however long that stays alone, unless it is all", async () => {
    const world = new TypingWorld("fo█");
    world.ask();
    await world.say("r");
    await world.pass(50);
    assert.equal(world.shown, "");
    await world.say(" (const each");
    assert.equal(world.shown, "r (const each");
    const short = await answered("fo█", "o");
    assert.equal(short.shown, "o");
  });

  void it("is shown from its first whole words on, and extended in place", async () => {
    const world = new TypingWorld("const a = █");
    world.ask();
    await world.say("first");
    assert.equal(world.shown, "");
    await world.say("(sec");
    assert.equal(world.shown, "first(");
    assert.deepEqual(world.outdated, []);
    await world.say("ond, ");
    await world.pass(100);
    assert.deepEqual(world.outdated, [1]);
    await world.say("third);", "\n");
    await world.pass(99);
    assert.deepEqual(world.outdated, [1], "what is being drawn is left alone");
    await world.pass(1);
    assert.deepEqual(world.outdated, [1, 1]);
    const best = world.completer.find(world.snapshot)?.latest;
    assert.equal(best?.suggestion?.text, "first(second, third);");
    assert.equal(world.reports.length, 1);
  });

  void it("is shown with a begun word when that does not end soon", async () => {
    const world = new TypingWorld("const a = █");
    world.ask();
    await world.say("first");
    await world.pass(9);
    assert.equal(world.shown, "");
    await world.pass(1);
    assert.equal(world.shown, "first");
  });

  void it("is shown then also where looking at it took so long", async () => {
    const world = new TypingWorld("function f() {\n  █\n}");
    world.syntax = {
      surroundings: () => {
        world.clock.advance(20); // a grammar is used for the first time, on a busy machine
        return "code";
      },
      isComplete: () => false,
      beginsAnew: () => false,
    };
    world.ask();
    await world.say("first");
    await world.pass(10);
    assert.equal(world.shown, "first");
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Failure } from "../../../src/base/failure.ts";
import { fakeEnd } from "../../helpers/fakeSource.ts";
import { settled } from "../../helpers/settled.ts";
import { TypingWorld } from "./typingWorld.ts";

/** A world that shows a whole answer, behind whose end more has been asked for. */
async function askedAhead(): Promise<TypingWorld> {
  const world = new TypingWorld("x = █");
  world.ask();
  await world.say("a + b;");
  world.far.last.say(fakeEnd);
  await settled();
  assert.equal(world.shown, "a + b;");
  assert.equal(world.far.answers.length, 2);
  return world;
}

void describe("what was asked ahead and failed", () => {
  void it("is asked for when the cursor comes there, and not before", async () => {
    const world = await askedAhead();
    world.far.last.fail(new Failure("busy", "full"));
    await settled();
    await world.pass(2_000);
    assert.equal(world.far.answers.length, 2);
    await world.type("a + b;");
    await world.pass(500);
    assert.equal(world.far.answers.length, 3);
  });

  void it("is asked for by who has been waiting for it", async () => {
    const world = await askedAhead();
    await world.pass(2_000);
    await world.type("a + b;");
    assert.equal(world.far.answers.length, 2);
    world.far.last.fail(new Failure("link-lost", "lost"));
    await settled();
    await world.pass(500);
    assert.equal(world.far.answers.length, 3, JSON.stringify(world.reports.at(-1)?.result));
  });
});

void describe("an answer that broke off", () => {
  void it("is not all there is for who comes back", async () => {
    const world = new TypingWorld("function f() {\n  const █\n}\n");
    world.maySpeculate = false;
    world.ask();
    await world.say("total = comp");
    world.far.last.fail(new Failure("link-lost", "lost"));
    await settled();
    world.completer.cancel(world.snapshot.documentKey, "the cursor left");
    await world.pass(60_000);
    world.ask();
    await world.pass(500);
    assert.equal(world.far.answers.length, 2, `shown: ${world.shown}`);
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { snapshotAt } from "../../helpers/cursor.ts";
import { fakeEnd } from "../../helpers/fakeSource.ts";
import { settled } from "../../helpers/settled.ts";
import { answered, type TypingWorld } from "./typingWorld.ts";

void describe("an answer to a text that has changed far above", () => {
  const body = "  // what it is for, and what it is not for, in a line of some length\n".repeat(5);
  const areaOf = (name: string) => `function area(${name}) {\n${body}  return █\n}\n`;

  /** A world in which the parameter was renamed a minute after the answer, and the person is back and types a blank again. */
  const renamed = async (): Promise<TypingWorld> => {
    const world = await answered(areaOf("radius"), "radius * radius;");
    world.completer.cancel(world.snapshot.documentKey, "the cursor left");
    await world.pass(60_000);
    world.snapshot = snapshotAt(areaOf("r"), { version: 2 });
    await world.erase();
    await world.pass(300);
    world.far.last.say(fakeEnd);
    await settled();
    const requests = world.far.answers.length;
    await world.type(" ");
    await world.pass(50);
    assert.equal(world.far.answers.length, requests + 1);
    return world;
  };

  void it("is shown at once and asked for anew, and gives way to what the model says now", async () => {
    const world = await renamed();
    assert.equal(world.shown, "radius * radius;");
    await world.say("r * r;\n");
    await world.pass(100);
    world.ask();
    await settled();
    assert.equal(world.shown, "r * r;");
  });

  void it("is asked for once, however far it is typed along", async () => {
    const world = await renamed();
    const requests = world.far.answers.length;
    world.far.last.say(fakeEnd);
    for (const key of "radius *") await world.type(key);
    await world.pass(300);
    assert.equal(world.shown, " radius;");
    assert.equal(world.far.answers.length, requests);
  });

  void it("is asked for again where asking failed, or was given up", async () => {
    for (const end of ["failed", "given up"]) {
      const world = await renamed();
      const requests = world.far.answers.length;
      if (end === "failed") world.far.last.fail(new Error("lost"));
      else world.completer.cancel(world.snapshot.documentKey, "the cursor left");
      await world.pass(1_000);
      await world.type("r");
      await world.pass(300);
      assert.equal(world.shown, "adius * radius;");
      assert.equal(world.far.answers.length, requests + 1, end);
    }
  });

  void it("is not gone on from ahead: one request is made", async () => {
    const world = await renamed();
    assert.ok(world.far.answers.every(({ request }) => request.ahead === undefined));
    const requests = world.far.answers.length;
    world.maySpeculate = true;
    world.far.last.say(fakeEnd);
    await settled();
    for (const key of "radius") await world.type(key);
    await world.pass(300);
    assert.equal(world.far.answers.length, requests);
  });

  void it("is not asked for again where all stands as it did", async () => {
    const world = await answered(areaOf("radius"), "radius * radius;");
    await world.type("x");
    const requests = world.far.answers.length;
    await world.erase();
    await world.pass(300);
    assert.equal(world.shown, "radius * radius;");
    assert.equal(world.far.answers.length, requests);
  });
});

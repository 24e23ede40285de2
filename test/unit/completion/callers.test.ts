import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { extendSelected } from "../../../src/completion/selectedItem.ts";
import type { AskResult, Suggestion } from "../../../src/completion/suggestion.ts";
import { fakeEnd, textPiece } from "../../helpers/fakeSource.ts";
import { settled } from "../../helpers/settled.ts";
import { TypingWorld } from "./typingWorld.ts";

/** The editor asks, lets go 50 ms later, and somebody else waits for the same after as long again: what that one is given. */
async function letGoAndAskedAnew(world: TypingWorld): Promise<() => Promise<AskResult>> {
  const ask = world.completer.ask(world.snapshot, world.clock.now());
  const first = new AbortController();
  void ask.wait(first.signal);
  await world.pass(50);
  first.abort();
  await world.pass(50);
  assert.equal(world.completer.find(world.snapshot), ask);
  const second = ask.wait(new AbortController().signal);
  return () => second;
}

void describe("an ask whose first caller has left", () => {
  void it("keeps its request once a second one has taken its text", async () => {
    const world = new TypingWorld("const x = █");
    const second = await letGoAndAskedAnew(world);
    await world.say("compute(1, ");
    await world.pass(10);
    assert.equal((await second()).suggestion?.text, "compute(1,");
    await world.pass(100);
    assert.equal(world.openRequests, 1);
  });

  void it("has the model's text in the place of the draft that a second one has taken", async () => {
    const world = new TypingWorld("const x = █");
    world.draftPatienceMs = 0;
    const second = await letGoAndAskedAnew(world);
    world.far.last.say(textPiece("draft();", "draft"));
    await world.pass(10);
    assert.equal((await second()).suggestion?.text, "draft();");
    await world.pass(60);
    await world.say("model();\n");
    assert.deepEqual(world.outdated, [1]);
  });
});

void describe("a draft that the suggest list kept off the screen", () => {
  void it("does not hold off the model's text, however late that is", async () => {
    const world = new TypingWorld("  return █");
    world.draftPatienceMs = 0;
    world.maySpeculate = false;
    const ask = world.completer.ask(world.snapshot, world.clock.now());
    await world.pass(42);
    world.far.last.say(textPiece("draft();", "draft"));
    await settled();
    const goesOn = ({ text }: Suggestion) =>
      extendSelected(text, { text: "other", typed: "" }) !== undefined;
    await ask.wait(new AbortController().signal, goesOn);
    await world.pass(600);
    world.far.last.say(textPiece("model();\n"), fakeEnd);
    await settled();
    await world.pass(500);
    // Escape closes the list: the editor asks again.
    const again = world.completer.ask(world.snapshot, world.clock.now());
    const { suggestion } = await again.wait(new AbortController().signal);
    assert.equal(suggestion?.text, "model();");
  });
});

void describe("what was accepted and taken out again", () => {
  for (const marked of ["foo(█", "foo(█)"])
    void it(`is not offered again at ${marked}`, async () => {
      const world = new TypingWorld(marked);
      world.maySpeculate = false;
      world.ask();
      await world.say("a, b)");
      world.far.last.say(fakeEnd);
      await settled();
      assert.equal(world.shown, "a, b)");
      const place = world.snapshot;
      const before = `${place.before}a, b)`;
      world.snapshot = { ...place, before, after: "", offset: before.length, version: 2 };
      world.completer.edited(place.documentKey);
      world.ask();
      world.completer.accepted(place.documentKey);
      await world.pass(500);
      world.completer.cancel(place.documentKey, "undone or redone");
      world.snapshot = { ...place, version: 3 };
      world.ask();
      await world.pass(500);
      assert.notEqual(world.shown, "a, b)");
    });
});

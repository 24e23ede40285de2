import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fakeEnd, textPiece } from "../../helpers/fakeSource.ts";
import { settled } from "../../helpers/settled.ts";
import { TypingWorld } from "./typingWorld.ts";

/** A world in which the engine's draft is on the screen and the model has not said a word. */
async function drafted(marked: string, draft: string): Promise<TypingWorld> {
  const world = new TypingWorld(marked);
  world.maySpeculate = false;
  world.ask();
  await draftIs(world, draft);
  assert.equal(world.shown, draft);
  return world;
}

async function draftIs(world: TypingWorld, draft: string): Promise<void> {
  world.far.last.say(textPiece(draft, "draft"));
  await settled();
}

/** What the editor would show if it asked once more for where the cursor is. */
const best = (world: TypingWorld): string | undefined =>
  world.completer.find(world.snapshot)?.latest?.suggestion?.text;

/** What replaced other text on the screen, in order. */
const replacements = (world: TypingWorld): (string | undefined)[] =>
  world.reports.filter(({ isLate }) => isLate).map(({ result }) => result.suggestion?.text);

/** What a person who asks for more can go through, the first on the screen. */
async function choices(world: TypingWorld): Promise<(string | undefined)[]> {
  const ask = world.ask({ isExplicit: true });
  await settled();
  const others = world.completer.alternatives(ask);
  return [ask.latest?.suggestion?.text, ...others.map(({ text }) => text)];
}

void describe("a draft", () => {
  void it("is shown at once, before the model has said a word", async () => {
    const world = new TypingWorld("const a = █");
    world.ask();
    await draftIs(world, "draft();");
    assert.equal(world.shown, "draft();");
    assert.equal(world.reports[0]?.result.timings.readyMs, 0);
  });

  void it("grows in place when the model's answer begins with it, and nothing replaces it", async () => {
    const world = await drafted("const a = █", "first(");
    await world.say("fi", "rst");
    assert.equal(best(world), "first(");
    await world.say("(second);\n");
    await world.pass(100);
    assert.equal(best(world), "first(second);");
    assert.deepEqual(world.outdated, [world.snapshot.version]);
    assert.deepEqual(replacements(world), []);
  });

  void it("grows however late such an answer is, and also where it was typed into", async () => {
    const world = await drafted("const a = █", "first(");
    await world.type("f");
    await world.pass(5_000);
    world.far.answers[0]?.say(textPiece("first(second);\n"));
    await settled();
    assert.equal(best(world), "irst(second);");
    assert.deepEqual(replacements(world), []);
  });

  void it("gives way to another answer of the model that comes early", async () => {
    const world = await drafted("const a = █", "draft();");
    await world.pass(400);
    await world.say("model();\n");
    assert.deepEqual(replacements(world), ["model();"]);
    assert.deepEqual(world.outdated, [world.snapshot.version]);
    assert.equal(best(world), "model();");
  });

  void it("that the editor has not fetched yet gives way without anybody being told of it", async () => {
    const world = new TypingWorld("const a = █");
    const ask = world.completer.ask(world.snapshot, 0);
    await draftIs(world, "draft();");
    assert.equal(ask.latest?.suggestion?.text, "draft();");
    await world.say("model();\n");
    assert.deepEqual(world.outdated, []);
    world.ask();
    await settled();
    assert.equal(world.shown, "model();");
  });

  void it("stays where the editor does not come for the model's text in time, and nobody is told twice", async () => {
    const world = await drafted("const a = █", "draft();");
    await world.say("model();\n");
    await world.pass(401);
    world.far.last.say(fakeEnd);
    await settled();
    assert.equal(best(world), "draft();");
    assert.deepEqual(replacements(world), ["model();"]);
    assert.deepEqual(world.outdated, [world.snapshot.version]);
  });

  void it("gives way to no begun line of the model's, but to the whole of it", async () => {
    const world = await drafted("const a = █", "draft();");
    await world.say("model(", "value");
    await world.pass(50);
    assert.deepEqual(replacements(world), []);
    await world.say(");\n");
    assert.deepEqual(replacements(world), ["model(value);"]);
  });

  void it("that has stood for long stays, and the model's is the next one", async () => {
    const world = await drafted("const a = █", "draft();");
    await world.pass(401);
    await world.say("model();\n");
    world.far.last.say(fakeEnd);
    await settled();
    assert.deepEqual(replacements(world), []);
    assert.equal(best(world), "draft();");
    assert.deepEqual(await choices(world), ["draft();", "model();"]);
    assert.equal(
      world.far.answers.length,
      1,
      "the model's answer is known and not asked for again",
    );
  });

  for (const [what, typed, rest, said, other] of [
    ["typed into", "d", "raft(one, two);", "different();", "ifferent();"],
    ["partly accepted", "draft(one,", " two);", "draft(one, 2);", " 2);"],
  ] as const) {
    void it(`that was ${what} stays, however early the model is`, async () => {
      const world = await drafted("const a = █", "draft(one, two);");
      await world.type(typed);
      assert.equal(world.shown, rest);
      await world.say(`${said}\n`);
      assert.deepEqual(replacements(world), []);
      assert.equal(best(world), rest);
      assert.deepEqual(await choices(world), [rest, other]);
    });
  }

  void it("that a person types away from gives way to what the model said meanwhile", async () => {
    const world = await drafted("const a = █", "draft();");
    await world.pass(500);
    await world.say("model();\n");
    world.far.last.say(fakeEnd);
    await world.type("m");
    assert.equal(world.shown, "odel();");
    assert.equal(world.far.answers.length, 1);
  });

  void it("that spares the model is all there is: nothing is asked while it is typed, and it is counted", async () => {
    const world = new TypingWorld("const a = █");
    world.ask();
    const sure = { kind: "text", origin: "draft", text: "sure();", isAlone: true } as const;
    world.far.last.say(sure, fakeEnd);
    await settled();
    assert.equal(world.shown, "sure();");
    assert.deepEqual(
      world.ended.map(({ isModelSpared, failure }) => [isModelSpared, failure]),
      [[true, undefined]],
    );
    for (const key of "sure(") await world.type(key);
    assert.equal(world.shown, ");");
    assert.equal(world.far.answers.length, 1);
  });

  for (const isLearned of [false, true]) {
    const what = isLearned ? "anew once more of the project is known" : "once while nothing is new";
    void it(`that stands alone is asked for ${what}, and what is shown stays`, async () => {
      const world = await drafted("const a = █", "early();");
      world.far.last.say(fakeEnd);
      await settled();
      if (isLearned) world.completer.learned(0.5);
      assert.equal(best(world), "early();");
      await world.type("e");
      assert.equal(world.shown, "arly();");
      await world.type("x");
      await world.pass(1_000);
      world.far.last.say(fakeEnd);
      const requests = world.far.answers.length;
      await world.erase(2);
      await world.pass(1_000);
      assert.equal(world.far.answers.length - requests, isLearned ? 1 : 0);
      if (isLearned) await draftIs(world, "better();");
      assert.equal(world.shown, isLearned ? "better();" : "early();");
    });
  }

  /** A person who waits where the engine has had nothing to say. */
  const waiting = async (): Promise<TypingWorld> => {
    const world = new TypingWorld("const a = █");
    world.ask();
    world.far.last.say(fakeEnd);
    await settled();
    assert.equal(world.reports.at(-1)?.result.source, "none");
    return world;
  };

  void it("comes where there was none once all of the project is known", async () => {
    const world = await waiting();
    world.completer.learned(0.95);
    assert.deepEqual(world.outdated, []);
    world.completer.learned(1);
    assert.deepEqual(world.outdated, [world.snapshot.version]);
    world.ask();
    await draftIs(world, "known();");
    assert.equal(world.shown, "known();");
    world.completer.learned(1);
    assert.equal(world.far.answers.length, 2);
    assert.equal(world.outdated.length, 1);
  });

  void it("is not looked for again where a model has had nothing to say, or nobody waits", async () => {
    const world = await waiting();
    world.hasDrafts = true;
    world.completer.learned(1);
    world.hasDrafts = false;
    world.completer.cancel(world.snapshot.documentKey, "the cursor left");
    world.completer.learned(1);
    assert.deepEqual(world.outdated, []);
  });

  void it("waits a little for a model that has been quick, and is shown without it after 100 ms", async () => {
    const world = new TypingWorld("a█");
    world.maySpeculate = false;
    for (const key of "bcdefghijklm") {
      world.ask();
      await world.say(`${key};\n`);
      world.far.last.say(fakeEnd);
      await settled();
      await world.pass(300);
      await world.type(key === "m" ? "x" : `${key}!`);
    }
    await draftIs(world, "draft();");
    await world.pass(99);
    assert.equal(world.shown, "");
    await world.pass(1);
    assert.equal(world.shown, "draft();");
  });
});

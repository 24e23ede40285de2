import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fakeEnd, textPiece } from "../../helpers/fakeSource.ts";
import { settled } from "../../helpers/settled.ts";
import { answered, TypingWorld } from "./typingWorld.ts";

const sourceOf = (world: TypingWorld) => world.reports.at(-1)?.result.source;

void describe("before anything is asked", () => {
  void it("the rest of what is shown stays while its begin is typed", async () => {
    const world = await answered("const a = █", "first(second);");
    for (const [key, rest] of Object.entries({ f: "irst(second);", i: "rst(second);" })) {
      await world.type(key);
      assert.equal(world.shown, rest);
      assert.equal(sourceOf(world), "typed through");
    }
    assert.equal(world.far.answers.length, 1);
  });

  void it("the rest takes the place of the closer that the editor puts behind the cursor meanwhile", async () => {
    const world = await answered("const a = █", "first(second);");
    await world.type("first");
    const ask = await world.type("(", ")");
    const { text, replaceAfterChars } = ask.latest?.suggestion ?? {};
    assert.deepEqual([text, replaceAfterChars], ["second);", 1]);
  });

  void it("the rest makes room for that closer at the document's end too", async () => {
    const world = await answered("console.log█", "(x);\nfoo();");
    const ask = await world.type("(", ")");
    const { text, replaceAfterChars } = ask.latest?.suggestion ?? {};
    assert.deepEqual([text, replaceAfterChars], ["x);", 1]);
  });

  void it("an answer is shown again when somebody comes back to where it was given", async () => {
    const world = await answered("const a = █", "first();");
    await world.type("x");
    await world.erase();
    assert.equal(world.shown, "first();");
    assert.equal(sourceOf(world), "known");
    await world.type("f");
    assert.equal(world.shown, "irst();");
  });

  void it("an answer goes on behind the first line break of a document whose lines end with \\r\\n", async () => {
    const world = new TypingWorld("function f() {█");
    world.snapshot = { ...world.snapshot, hasCrLf: true };
    world.maySpeculate = false;
    world.ask();
    await world.say("\n  a();\n  b();\n}");
    world.far.last.say(fakeEnd);
    await settled();
    assert.equal(world.shown, "\r\n  a();");
    await world.type("\r\n  ");
    assert.equal(world.shown, "a();\r\n  b();");
    assert.equal(world.far.answers.length, 1);
  });

  void it("a long answer has the rest after a line is accepted", async () => {
    const world = await answered("a();█", "\nb();\nc();\nd();");
    assert.equal(world.shown, "\nb();");
    await world.type("\nb();");
    assert.equal(world.shown, "\nc();");
    assert.equal(world.far.answers.length, 1);
  });

  void it("a line that leaves a block is asked for anew where the editor stays in the block", async () => {
    const world = await answered("for x in xs:\n    print(x)█", "\nprint(xs)");
    await world.type("\n    ");
    await world.pass(300);
    assert.equal(world.shown, "");
    assert.equal(world.far.answers.length, 2);
  });

  void it("what a word or a line of it was accepted of keeps its rest", async () => {
    const world = await answered("const a = █", "first second();");
    await world.type("first ");
    assert.equal(world.shown, "second();");
  });

  void it("an answer that still streams is used as far as it has come", async () => {
    const world = new TypingWorld("const a = █");
    world.ask();
    await world.say("first(", "second");
    await world.type("fir");
    assert.equal(world.shown, "st(");
    assert.equal(world.far.answers.length, 1);
    await world.say(");", "\n");
    assert.equal(world.completer.find(world.snapshot)?.latest?.suggestion?.text, "st(second);");
  });

  void it("one that has not come is waited for while the typed text may be its begin", async () => {
    const world = new TypingWorld("const a = █");
    world.ask();
    await world.say("fi");
    await world.type("fir");
    assert.equal(world.shown, "");
    const [first] = world.far.answers;
    assert.equal(first?.signal.aborted, false);
    first.say(textPiece("rst();\n"));
    await settled();
    assert.equal(world.shown, "st();");
  });

  void it("what is shown is never replaced by another text that does not extend it", async () => {
    const world = new TypingWorld("const a = █");
    world.ask();
    await world.type("f");
    const [older, newer] = world.far.answers;
    older?.say(textPiece("first();\n"));
    await settled();
    assert.equal(world.shown, "irst();");
    newer?.say(textPiece("or();\n"));
    await settled();
    assert.equal(world.completer.find(world.snapshot)?.latest?.suggestion?.text, "irst();");
    assert.deepEqual(world.outdated, []);
    await world.type("i");
    assert.equal(world.shown, "rst();");
  });
});

void describe("an answer that was given up on the way", () => {
  /** A world in which this much has come of an answer that was then given up, and the person is back at its place. */
  const cutOff = async (marked: string, text: string): Promise<TypingWorld> => {
    const world = new TypingWorld(marked);
    world.maySpeculate = false;
    const ask = world.ask();
    await world.say(text);
    ask.cancel("nobody wanted it");
    world.ask();
    await settled();
    return world;
  };
  const shownNow = ({ completer, snapshot }: TypingWorld) =>
    completer.find(snapshot)?.latest?.suggestion?.text;

  void it("is shown as far as it came, and asked for its rest", async () => {
    const world = await cutOff("const a = █", "first(");
    assert.equal(world.shown, "first(");
    assert.equal(world.far.answers.length, 2);
    assert.equal(world.far.last.request.ahead?.text, "first(");
    await world.say("second)");
    assert.equal(shownNow(world), "first(second)");
    world.far.last.say(fakeEnd);
    await settled();
    await world.type("f");
    assert.equal(world.shown, "irst(second)");
    assert.equal(world.far.answers.length, 2);
  });

  void it("is asked for its rest once, if that brings nothing", async () => {
    const world = await cutOff("const a = █", "first(");
    world.far.last.say(fakeEnd);
    await settled();
    assert.equal(shownNow(world), "first(");
    await world.type("f");
    assert.equal(world.shown, "irst(");
    assert.equal(world.far.answers.length, 2);
  });

  void it("is shown without the word that it stops in", async () => {
    const world = await cutOff("const a = █", "first(sec");
    assert.equal(world.shown, "first(");
  });

  void it("is asked for anew where it stops in its first word", async () => {
    const world = await cutOff("const a = █", "fir");
    assert.equal(world.shown, "");
    assert.equal(world.far.last.request.ahead, undefined);
    await world.say("first(second);\n");
    assert.equal(world.shown, "first(second);");
  });

  void it("is asked for no more where it came to the end of what is shown", async () => {
    const world = await cutOff("const a = █", "first();\nsecond");
    assert.equal(world.shown, "first();");
    assert.equal(world.far.answers.length, 1);
  });
});

void describe("what a person has rejected", () => {
  void it("does not return after Escape, neither there nor typed along", async () => {
    const world = await answered("const a = █", "first();");
    world.completer.dismissed(world.snapshot.documentKey);
    await world.type("f");
    assert.equal(world.shown, "");
    assert.equal(world.reports.at(-1)?.result.reason, "dismissed before");
    await world.erase();
    assert.equal(world.shown, "");
    assert.equal(world.far.answers.length, 1);
  });

  void it("does not return when it was inserted and taken out again", async () => {
    const world = await answered("const a = █", "first();");
    world.completer.accepted(world.snapshot.documentKey);
    await world.type("first();");
    await world.erase("first();".length);
    assert.equal(world.shown, "");
    assert.equal(world.reports.at(-1)?.result.reason, "dismissed before");
  });

  void it("does not return when the editor told of its insertion only afterwards", async () => {
    const world = await answered("const a = █", "first();");
    await world.type("first();");
    world.completer.accepted(world.snapshot.documentKey);
    await world.erase("first();".length);
    assert.equal(world.shown, "");
    assert.equal(world.reports.at(-1)?.result.reason, "dismissed before");
    await world.type("f");
    assert.equal(world.shown, "");
  });

  void it("is shown all the same to one who asks for it", async () => {
    const world = await answered("const a = █", "first();");
    world.completer.dismissed(world.snapshot.documentKey);
    world.ask({ isExplicit: true });
    await settled();
    assert.equal(world.shown, "first();");
  });

  void it("does not return with what had come behind it, until it has been typed", async () => {
    const world = new TypingWorld("const total = █");
    world.ask();
    await world.say("compute ");
    assert.equal(world.shown, "compute");
    await world.say("+ sum(items, ");
    world.completer.dismissed(world.snapshot.documentKey);
    await world.type("c");
    assert.equal(world.shown, "");
    assert.equal(world.reports.at(-1)?.result.reason, "dismissed before");
    await world.type("ompute");
    assert.equal(world.shown, " + sum(items,");
  });

  void it("leaves a longer word than the rejected one alone", async () => {
    const world = new TypingWorld("const a = █");
    world.ask();
    world.far.last.say(textPiece("item", "draft"));
    await world.pass(150);
    assert.equal(world.shown, "item");
    world.completer.dismissed(world.snapshot.documentKey);
    await world.type("i");
    assert.equal(world.shown, "");
    await world.say("tems.reduce(add);\n");
    assert.equal(world.shown, "tems.reduce(add);");
  });

  void it("leaves another text for the same place alone", async () => {
    const world = await answered("const a = █", "first();");
    world.completer.dismissed(world.snapshot.documentKey);
    await world.type("s");
    await world.say("econd();\n");
    assert.equal(world.shown, "econd();");
  });
});

void describe("one who asks for more", () => {
  void it("is given every other text that is known for the place", async () => {
    const world = await answered("const a = █", "first();");
    await world.erase();
    await world.pass(300);
    await world.say(" second();");
    world.far.last.say(fakeEnd);
    await world.type(" ");
    const ask = world.ask({ isExplicit: true });
    const others = world.completer.alternatives(ask);
    assert.deepEqual([ask.latest?.suggestion?.text, ...others.map(({ text }) => text)].sort(), [
      "first();",
      "second();",
    ]);
  });

  void it("is given no half word of an answer that still comes", async () => {
    const world = await answered("const a = █", "first();");
    await world.erase();
    await world.pass(300);
    await world.say(" second(thi");
    await world.type(" ");
    const ask = world.ask({ isExplicit: true });
    const texts = [ask.latest?.suggestion, ...world.completer.alternatives(ask)];
    assert.deepEqual(texts.map((each) => each?.text).sort(), ["first();", "second("]);
  });
});

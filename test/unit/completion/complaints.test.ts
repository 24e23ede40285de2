/** What people say of other completion tools, as far as the core alone can show that it is not so here. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { snapshotAt } from "../../helpers/cursor.ts";
import { fakeEnd } from "../../helpers/fakeSource.ts";
import { settled } from "../../helpers/settled.ts";
import { answered, TypingWorld } from "./typingWorld.ts";

/** The document once what the model said there was accepted, with the cursor behind it. */
async function accepted(marked: string, ...texts: readonly string[]): Promise<string> {
  const world = await answered(marked, ...texts);
  const { before, after } = world.snapshot;
  const suggestion = world.completer.find(world.snapshot)?.latest?.suggestion;
  return `${before}${suggestion?.text ?? ""}█${after.slice(suggestion?.replaceAfterChars ?? 0)}`;
}

void describe("requests", () => {
  void it("do not storm while Backspace is held", async () => {
    const world = await answered("const abcdefghijklmnopqrstuvwxyz█", " = 1;");
    await world.pass(2_000);
    for (let each = 0; each < 20; each++) {
      await world.erase();
      await world.pass(30);
    }
    const asked = world.far.answers.length;
    assert.ok(asked <= 2, `${asked} requests for 20 deletions`);
    await world.pass(300);
    assert.equal(world.far.answers.length, asked + 1, "one for what is left");
  });

  void it("are not made at every key while what is shown is typed", async () => {
    const line = "first(second, third, fourth);";
    const world = await answered("const a = █", line);
    for (const key of line.slice(0, -1)) {
      await world.type(key);
      await world.pass(100);
    }
    assert.equal(world.far.answers.length, 1);
  });

  void it("are at most three at once, however fast somebody types against a slow model", async () => {
    const world = new TypingWorld("█");
    for (let each = 0; each < 100; each++) {
      await world.type(String.fromCharCode(97 + (each % 26)));
      await world.pass(each % 50);
      assert.ok(world.openRequests <= 3, `${world.openRequests} open`);
    }
    await world.pass(2_000);
    assert.ok(world.far.answers.length <= 10, `${world.far.answers.length} requests for 100 keys`);
  });

  void it("do not go on at the model once their text fits no more", async () => {
    const world = new TypingWorld("const a = █");
    world.ask();
    await world.say("first(");
    await world.type("x");
    await world.pass(250);
    assert.ok(world.far.answers[0]?.signal.aborted, "250 ms are left to one who comes back");
  });

  void it("end at the model in the turn in which the editor, the cursor or the person leaves", async () => {
    for (const leave of ["another editor", "dismissed"] as const) {
      const world = new TypingWorld("const a = █");
      world.ask();
      await world.say("first(");
      if (leave === "dismissed") world.completer.dismissed(world.snapshot.documentKey);
      else world.completer.cancelAll(leave);
      assert.equal(world.openRequests, 0, leave);
    }
  });

  void it("that end without ghost text say why, each time", async () => {
    const world = await answered("const a = █", "<|endoftext|>");
    world.far.last.say(fakeEnd);
    await world.type("b");
    world.far.last.stop();
    await settled();
    await world.type("c");
    world.completer.cancelAll("another editor");
    await settled();
    assert.ok(world.reports.length >= 3);
    for (const { result } of world.reports) {
      assert.ok(result.suggestion !== undefined || result.reason !== "", JSON.stringify(result));
    }
  });
});

void describe("ghost text", () => {
  void it("is not stale: an answer to what was typed before is not shown behind something else", async () => {
    const world = new TypingWorld("const a = █");
    world.ask();
    await world.type("x");
    world.far.answers[0]?.say({ kind: "text", origin: "remote", text: "first();\n" }, fakeEnd);
    await settled();
    assert.equal(world.shown, "");
  });

  void it("does not flash when a word of it is accepted: its rest is there in the same turn", async () => {
    const world = await answered("const a = █", "first second third();");
    const { documentKey, path } = world.snapshot;
    const next = snapshotAt("const a = first █", { version: 2, documentKey, path });
    const ask = world.completer.ask(next, world.clock.now());
    assert.equal(ask.latest?.suggestion?.text, "second third();");
    assert.equal(world.far.answers.length, 1);
  });

  void it("does not change under the fingers of one who types it", async () => {
    const world = new TypingWorld("const a = █");
    world.ask();
    await world.type("f");
    const [older, newer] = world.far.answers;
    older?.say({ kind: "text", origin: "remote", text: "first(second);\n" });
    await settled();
    newer?.say({ kind: "text", origin: "remote", text: "ifth(other);\n" });
    await settled();
    for (const key of "irst(") {
      await world.type(key);
      assert.ok("irst(second);".endsWith(world.shown) && world.shown !== "", world.shown);
    }
  });

  void it("is not waited for through a slow model's seconds where the engine has a draft", async () => {
    const world = new TypingWorld("const a = █");
    world.ask();
    world.far.last.say({ kind: "text", origin: "draft", text: "first();" });
    await settled();
    await world.pass(400);
    assert.equal(world.shown, "first();");
  });
});

void describe("accepted text", () => {
  const cases: Readonly<Record<string, readonly [string, string, string]>> = {
    "closes nothing twice that the editor closed": ["foo(█)", "a, b);", "foo(a, b);█"],
    "closes no string twice": ['foo("█")', 'text");', 'foo("text");█'],
    "closes no brackets in brackets twice": ["foo([█])", "1, 2]);", "foo([1, 2]);█"],
    "is not there twice where the rest of the line stands already": [
      "const a = █ + b;",
      "first + b;",
      "const a = first + b;█",
    ],
    "is a whole block, not its first line, and does not close it twice": [
      "function f() {\n  █\n}",
      "begin();\n  end();\n}",
      "function f() {\n  begin();\n  end();█\n}",
    ],
    "is a whole function also where the editor closed the bracket it stands in": [
      "items.map(█);\nshow();",
      "(item) => {\n  return item.id;\n});\nshow();",
      "items.map((item) => {\n  return item.id;\n});█\nshow();",
    ],
    "has no blank lines at its end": ["█", "begin();\n\n\n", "begin();█"],
    "has the indentation of its line": [
      "if x:\n\t█",
      "begin()\n\tend()",
      "if x:\n\tbegin()\n\tend()█",
    ],
    "has no control token of a model": ["const a = █", "first();<|im_end|>", "const a = first();█"],
  };
  for (const [name, [marked, said, expected]] of Object.entries(cases)) {
    void it(name, async () => {
      assert.equal(await accepted(marked, said), expected);
    });
  }
});

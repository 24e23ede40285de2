import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fakeEnd, textPiece } from "../../helpers/fakeSource.ts";
import { settled } from "../../helpers/settled.ts";
import { TypingWorld } from "./typingWorld.ts";

const asksOf = (world: TypingWorld) => world.far.answers.map(({ request }) => request.offset);

void describe("asking", () => {
  void it("begins in the turn of the key", () => {
    const world = new TypingWorld("const a = █");
    world.ask();
    assert.equal(world.far.answers.length, 1);
  });

  void it("goes beside a request that was typed past before a word of it came, once", async () => {
    const world = new TypingWorld("█");
    world.ask();
    for (const key of "qwer") await world.type(key);
    assert.deepEqual(asksOf(world), [0, 1]);
    assert.equal(world.openRequests, 2);
    assert.equal(world.far.last.request.keepsOlder, true);
  });

  void it("waits after a deletion for the next one, and is never begun when that brings back what is known", async () => {
    const world = new TypingWorld("const a = █");
    world.ask();
    await world.say("first();");
    world.far.last.say(fakeEnd);
    await settled();
    world.maySpeculate = false;
    await world.type("xy");
    world.far.last.say(textPiece("z"), fakeEnd);
    await settled();
    const asked = world.far.answers.length;
    await world.pass(100);
    await world.erase();
    assert.equal(world.far.answers.length, asked);
    await world.pass(50);
    await world.erase();
    assert.equal(world.shown, "first();");
    await world.pass(1_000);
    assert.equal(world.far.answers.length, asked);
  });

  void it("is begun after a deletion when nothing more comes", async () => {
    const world = new TypingWorld("const ab█");
    world.ask();
    world.far.last.say(fakeEnd);
    await settled();
    await world.pass(100);
    await world.erase();
    assert.deepEqual(asksOf(world), [8]);
    await world.pass(250);
    assert.deepEqual(asksOf(world), [8, 7]);
  });

  void it("waits for nothing when a person asks, even for what had no answer", async () => {
    const world = new TypingWorld("const a = █");
    world.ask();
    world.far.last.say(fakeEnd);
    await settled();
    assert.equal(world.reports.at(-1)?.result.reason, "nothing to suggest here");
    await world.erase();
    world.ask({ isExplicit: true });
    assert.deepEqual(asksOf(world), [10, 9]);
  });

  void it("gives a request up one key's time after the text went another way", async () => {
    const world = new TypingWorld("const a = █");
    world.ask();
    await world.say("first(");
    await world.pass(150);
    await world.type("x");
    assert.equal(world.openRequests, 2, "the person may come back at once");
    await world.pass(200);
    assert.deepEqual(world.cancelledAt, []);
    await world.pass(50);
    assert.equal(world.cancelledAt.length, 1);
    assert.ok(world.far.answers[0]?.signal.aborted);
    assert.equal(world.openRequests, 1);
  });

  void it("keeps a request for one who comes back at once, and asks nothing anew", async () => {
    const world = new TypingWorld("const a = █");
    world.ask();
    await world.say("fi", "rst(");
    await world.pass(150);
    await world.type("x");
    await world.pass(100);
    await world.erase();
    assert.equal(world.shown, "first(");
    world.far.answers[0]?.say(textPiece("second);\n"));
    await settled();
    assert.equal(world.completer.find(world.snapshot)?.latest?.suggestion?.text, "first(second);");
    assert.equal(world.far.answers.length, 2);
  });

  void it("gives a request up at once that has brought enough to keep", async () => {
    const world = new TypingWorld("const a = █");
    world.ask();
    await world.say("first(".repeat(20));
    await world.type("x");
    assert.ok(world.far.answers[0]?.signal.aborted);
  });

  void it("has at most three requests open, and gives up the oldest that does not fit", async () => {
    const world = new TypingWorld("█");
    world.ask();
    for (const key of ["a", "b", "c", "d", "e"]) {
      await world.say("zz");
      await world.pass(10);
      await world.type(key);
      assert.ok(world.openRequests <= 3);
    }
    assert.ok(world.far.answers[0]?.signal.aborted);
    assert.equal(world.far.last.signal.aborted, false);
  });

  void it("gives everything up when the cursor leaves, the document is closed or another editor is shown", async () => {
    const leave: Record<string, (world: TypingWorld) => void> = {
      "the cursor left": (world) => {
        world.completer.cursorMoved(world.snapshot.documentKey, 99);
      },
      "the document was closed": (world) => {
        world.completer.close(world.snapshot.documentKey);
      },
      "another editor": (world) => {
        world.completer.cancelAll("another editor");
      },
    };
    for (const [reason, leaves] of Object.entries(leave)) {
      const world = new TypingWorld("█");
      world.ask();
      await world.type("q");
      leaves(world);
      await settled();
      assert.equal(world.openRequests, 0, reason);
      assert.equal(world.reports.at(-1)?.result.reason, reason);
      assert.equal(world.clock.timerCount, 0);
    }
  });

  void it("gives up what is in flight when the text has changed and nothing is asked for it", async () => {
    const world = new TypingWorld("█");
    world.ask();
    world.completer.edited(world.snapshot.documentKey);
    assert.equal(world.openRequests, 1);
    await world.pass(100);
    assert.equal(world.openRequests, 0);
    assert.equal(world.clock.timerCount, 0);
  });
});

void describe("a burst of keys", () => {
  void it("is waited out, as long as the next key takes to come, but not after a pause", async () => {
    const world = new TypingWorld("█");
    for (let key = 0; key < 12; key++) {
      await world.pass(20);
      await world.type("x");
    }
    const asked = world.far.answers.length;
    await world.erase(12);
    await world.pass(20);
    await world.type("y");
    assert.equal(world.far.answers.length, asked);
    await world.pass(100);
    assert.equal(world.far.answers.length, asked + 1);
    await world.pass(1_500);
    await world.erase();
    await world.type("z");
    assert.equal(world.far.answers.length, asked + 2);
  });
});

void describe("asking ahead", () => {
  /** What is known ahead of the cursor is this long. */
  async function knowing(chars: number): Promise<TypingWorld> {
    const world = new TypingWorld("const a = █");
    world.ask();
    await world.say("f(".padEnd(chars, "x"));
    world.far.last.say(fakeEnd);
    await settled();
    return world;
  }

  void it("begins when less than forty characters are known, as if they were there", async () => {
    const world = await knowing(41);
    assert.equal(world.far.answers.length, 1);
    await world.type("f(");
    const { request } = world.far.last;
    assert.deepEqual(request.ahead, { text: "x".repeat(39), deletedAfterChars: 0 });
    assert.equal(request.offset, 12);
  });

  void it("makes the known text longer", async () => {
    const world = await knowing(10);
    await world.say("y".repeat(50), ");\n");
    assert.equal(
      world.completer.find(world.snapshot)?.latest?.suggestion?.text,
      `f(xxxxxxxx${"y".repeat(50)});`,
    );
    await world.type("f(xxxxxxxxyy");
    assert.equal(world.shown, `${"y".repeat(48)});`);
    assert.equal(world.far.answers.length, 2);
  });

  void it("is not done again where nothing came of it", async () => {
    const world = await knowing(10);
    world.far.last.say(fakeEnd);
    await settled();
    await world.type("f");
    await world.type("(");
    assert.equal(world.far.answers.length, 2);
  });

  void it("asks once more at the end of what is known, when it brought nothing", async () => {
    const world = await knowing(4);
    world.far.last.say(fakeEnd);
    await settled();
    await world.type("f(xx");
    assert.equal(world.reports.at(-1)?.result.reason, "nothing to suggest here");
    assert.equal(world.far.answers.length, 2);
  });

  void it("is not done where it is turned off, and not for a model that is slow", async () => {
    const off = new TypingWorld("const a = █");
    off.maySpeculate = false;
    off.ask();
    await off.say("f()");
    off.far.last.say(fakeEnd);
    await settled();
    assert.equal(off.far.answers.length, 1);
    const slow = new TypingWorld("const a = █");
    for (let each = 0; each < 12; each++) {
      slow.ask({ isExplicit: true });
      const asked = slow.far.answers.length;
      await slow.pass(2_500);
      await slow.say(`f${each}()`);
      slow.far.last.say(fakeEnd);
      await settled();
      if (each === 11) assert.equal(slow.far.answers.length, asked);
      else slow.far.last.say(fakeEnd);
      await settled();
      await slow.type("\n");
    }
  });
});

void describe("asking ahead that is never used", () => {
  /** A line with a short answer, which is not taken. */
  async function lineInVain(world: TypingWorld, line: number): Promise<number> {
    const asked = world.far.answers.length;
    await world.pass(200);
    await world.type(`\nconst a${line} = `);
    await world.say(`f${line}();`);
    world.far.last.say(fakeEnd);
    await settled();
    if (world.far.last.request.ahead)
      world.far.last.say(textPiece(` // ${"more ".repeat(9)}`), fakeEnd);
    await settled();
    return world.far.answers.length - asked - 1;
  }

  void it("is left off after a few times, and tried again now and then", async () => {
    const world = new TypingWorld("█");
    const ahead: number[] = [];
    for (let line = 0; line < 30; line++) ahead.push(await lineInVain(world, line));
    assert.deepEqual(ahead.slice(0, 3), [1, 1, 1]);
    const later = ahead.slice(10).filter((count) => count > 0).length;
    assert.ok(later >= 1 && later <= 3, `${later} of 20`);
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CancelReport, RequestBegin } from "../../../src/completion/reports.ts";
import { textPiece } from "../../helpers/fakeSource.ts";
import { settled } from "../../helpers/settled.ts";
import { answered, TypingWorld } from "./typingWorld.ts";

describe("what is told of an ask", () => {
  it("has when its request began, when its text came, and how long the editor was read", async () => {
    const world = new TypingWorld("const █");
    world.snapshot = { ...world.snapshot, readMs: 0.5 };
    const startedAt = world.clock.now();
    world.clock.advance(2); // the selection event comes behind the key
    world.completer.ask(world.snapshot, startedAt);
    await world.pass(30);
    await world.say("first = 1;");
    await world.pass(30);
    const [report] = world.reports;
    assert.equal(report?.result.source, "asked");
    const { requestedMs, textMs, contextMs, tidyMs, readyMs } = report.result.timings;
    assert.deepEqual([requestedMs, textMs, contextMs, tidyMs], [2, 32, 0.5, 0]);
    assert.ok(readyMs >= 32);
  });

  it("is the time of the draft where that is shown", async () => {
    const world = new TypingWorld("const █");
    world.draftPatienceMs = 0;
    world.ask();
    await world.pass(7);
    world.far.last.say(textPiece("draft();", "draft"));
    await settled();
    await world.pass(100);
    await world.say("draft(); // and more");
    assert.equal(world.reports[0]?.result.timings.textMs, 7);
  });

  it("tells an answer that was there from one of an earlier key that was waited for", async () => {
    const known = await answered("█", "const first = 1;");
    await known.type("c");
    assert.deepEqual(known.reports[1]?.result.source, "typed through");
    const world = new TypingWorld("█");
    world.ask();
    await settled();
    await world.type("c");
    await world.pass(10);
    world.far.answers[0]?.say(textPiece("const first = 1;"));
    await settled();
    const report = world.reports.at(-1);
    assert.equal(report?.result.source, "awaited");
    assert.equal(report.request, undefined, "the request is not its own");
    assert.equal(report.result.timings.requestedMs, undefined);
  });

  it("has the number of its own request, which is told of before it is made and when it ends", async () => {
    const world = new TypingWorld("const █");
    const begins: RequestBegin[] = [];
    world.completer.onRequest((begin) => {
      assert.equal(world.far.answers.length, begins.length, "the far end is not asked yet");
      begins.push(begin);
    });
    world.ask();
    await world.say("first = 1;\n");
    const usage = { inputTokens: 9, cachedTokens: 1, outputTokens: 2 };
    const timings = { draftMs: 1, firstRemoteMs: 2, totalMs: 3 };
    world.far.last.say({ kind: "end", timings, usage, upstream: "another" });
    await settled();
    const [begin] = begins;
    assert.equal(begin?.snapshot, world.snapshot);
    assert.equal(world.reports[0]?.request, begin.request);
    const [ended] = world.ended;
    assert.equal(ended?.request, begin.request);
    assert.deepEqual(ended.usage, usage);
    assert.equal(ended.receivedChars, 11);
    assert.equal(ended.isConfined, false);
    assert.equal(ended.upstream, "another");
  });

  it("says of the requests of a file that git ignores that no model was asked", async () => {
    const world = new TypingWorld("const █");
    const confined: boolean[] = [];
    world.completer.onCancel(({ isConfined }) => confined.push(isConfined));
    world.completer.onRequestEnd(({ isConfined }) => confined.push(isConfined));
    const { snapshot, clock, completer } = world;
    completer.ask({ ...snapshot, isConfined: true }, clock.now());
    completer.cancel(snapshot.documentKey, "the cursor left");
    completer.ask({ ...snapshot, isConfined: true }, clock.now());
    world.far.last.say({ kind: "end", timings: { draftMs: 1, firstRemoteMs: 2, totalMs: 3 } });
    await settled();
    assert.deepEqual(confined, [true, true]);
  });

  it("says when what it has brought is handed to the editor", async () => {
    const world = new TypingWorld("const █");
    const taken: unknown[] = [];
    world.completer.onTaken((report) => taken.push(report));
    const ask = world.completer.ask(world.snapshot, world.clock.now());
    await world.say("first = 1;\n");
    assert.deepEqual(taken, []);
    world.clock.advance(42);
    await ask.wait(new AbortController().signal);
    assert.deepEqual(taken, [{ ask: ask.number, at: world.clock.now(), isNew: true }]);
  });

  it("says of each ghost text once that it is new, however it grows or is typed along", async () => {
    const world = new TypingWorld("const █");
    const taken: boolean[] = [];
    world.completer.onTaken(({ isNew }) => taken.push(isNew));
    world.ask();
    await world.say("first(");
    await world.type("f");
    await world.say("second);\n");
    await world.pass(300);
    world.ask();
    await settled();
    await world.type("i");
    assert.deepEqual(taken, [true, false, false, false]);
    await world.type("x");
    await world.pass(300);
    await world.say("(third);\n");
    assert.deepEqual(taken.slice(4), [true]);
  });

  it("says how much of it had come when a request is given up", async () => {
    const world = new TypingWorld("const █");
    const cancels: CancelReport[] = [];
    world.completer.onCancel((cancel) => cancels.push(cancel));
    world.ask();
    await world.say("fir");
    world.completer.cancel(world.snapshot.documentKey, "the cursor left");
    const at = world.clock.now();
    assert.deepEqual(cancels, [{ request: 2, at, receivedChars: 3, isConfined: false }]);
  });
});

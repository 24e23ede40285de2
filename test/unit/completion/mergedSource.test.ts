import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Failure } from "../../../src/base/failure.ts";
import { mergedSource } from "../../../src/completion/mergedSource.ts";
import { assemble } from "../../../src/context/assemble.ts";
import type { Piece } from "../../../src/wire/messages.ts";
import { snapshotAt } from "../../helpers/cursor.ts";
import { fakeEnd, FakeSource, textPiece } from "../../helpers/fakeSource.ts";
import { ManualClock } from "../../helpers/manualClock.ts";
import { settled } from "../../helpers/settled.ts";

const ordinary = assemble(snapshotAt("█"));
const busy = new Failure("busy", "full");

const always = { maySpareModel: () => false, clock: new ManualClock() };

function ask({ isDeaf = false, sparing = always, request = ordinary } = {}) {
  const engine = new FakeSource({ isDeaf });
  const hosted = new FakeSource({ isDeaf });
  const abort = new AbortController();
  const pieces = mergedSource(engine.source, hosted.source, sparing)(request, abort.signal);
  const iterator = pieces[Symbol.asyncIterator]();
  return { engine, hosted, abort, iterator };
}

/** Reads to the end: the pieces as `origin:text` or `end`, and what was thrown. */
async function readAll(iterator: AsyncIterator<Piece>): Promise<unknown[]> {
  const read: unknown[] = [];
  try {
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
      const piece = next.value;
      read.push(piece.kind === "end" ? "end" : `${piece.origin}:${piece.text}`);
    }
  } catch (error) {
    read.push(error);
  }
  return read;
}

describe("a source merged of the engine and a hosted gateway", () => {
  const rejections: unknown[] = [];
  const onRejection = (reason: unknown) => rejections.push(reason);
  before(() => process.on("unhandledRejection", onRejection));
  after(async () => {
    await settled();
    process.off("unhandledRejection", onRejection);
    assert.deepEqual(rejections, []);
  });

  it("asks both at once", async () => {
    const { engine, hosted, iterator, abort } = ask();
    const all = readAll(iterator);
    assert.equal(engine.last.request, ordinary);
    assert.equal(hosted.last.request, ordinary);
    abort.abort(busy);
    await all;
  });

  it("gives the draft, then the model's text, then one end", async () => {
    const { engine, hosted, iterator } = ask();
    const all = readAll(iterator);
    engine.last.say(textPiece("dr", "draft"), textPiece("aft", "draft"), fakeEnd).stop();
    await settled();
    hosted.last.say(textPiece("model"), fakeEnd).stop();
    assert.deepEqual(await all, ["draft:draft", "remote:model", "end"]);
  });

  it("leaves the draft out when the model was first", async () => {
    const { engine, hosted, iterator } = ask();
    const all = readAll(iterator);
    hosted.last.say(textPiece("model"));
    await settled();
    engine.last.say(textPiece("draft", "draft"), fakeEnd).stop();
    hosted.last.say(fakeEnd).stop();
    assert.deepEqual(await all, ["remote:model", "end"]);
  });

  it("gives the draft before the failure when the gateway fails at once", async () => {
    const { engine, hosted, iterator } = ask();
    const all = readAll(iterator);
    hosted.last.fail(busy);
    await settled();
    engine.last.say(textPiece("draft", "draft"), fakeEnd).stop();
    assert.deepEqual(await all, ["draft:draft", busy]);
  });

  it("gives the draft when the gateway ends first with nothing to say", async () => {
    const { engine, hosted, iterator } = ask();
    const all = readAll(iterator);
    hosted.last.say(fakeEnd).stop();
    await settled();
    engine.last.say(textPiece("draft", "draft"), fakeEnd).stop();
    assert.deepEqual(await all, ["draft:draft", "end"]);
  });

  it("goes without a draft when the engine fails, ends empty or hangs", async () => {
    const ways = [
      (engine: FakeSource) => {
        engine.last.fail(busy);
      },
      (engine: FakeSource) => {
        engine.last.say(fakeEnd).stop();
      },
      () => undefined,
    ];
    for (const way of ways) {
      const { engine, hosted, iterator } = ask();
      const all = readAll(iterator);
      way(engine);
      await settled();
      hosted.last.say(textPiece("model"), fakeEnd).stop();
      assert.deepEqual(await all, ["remote:model", "end"]);
    }
  });

  it("stops both when its signal fires, and ends with the reason", async () => {
    const { engine, hosted, iterator, abort } = ask();
    const all = readAll(iterator);
    abort.abort(busy);
    assert.ok(engine.last.signal.aborted, "in the same turn");
    assert.ok(hosted.last.signal.aborted, "in the same turn");
    assert.deepEqual(await all, [busy]);
  });

  it("stops and closes the model when its reader stops reading", async () => {
    const { engine, hosted, iterator } = ask();
    const next = iterator.next();
    hosted.last.say(textPiece("model"));
    await next;
    await iterator.return?.();
    assert.ok(engine.last.signal.aborted);
    assert.ok(hosted.last.signal.aborted);
    assert.ok(hosted.last.isReturned);
  });

  it("stops the model, which has not spoken yet, when its reader stops after the draft", async () => {
    const { engine, hosted, iterator } = ask();
    const next = iterator.next();
    engine.last.say(textPiece("draft", "draft"), fakeEnd).stop();
    assert.deepEqual((await next).value, textPiece("draft", "draft"));
    await iterator.return?.();
    assert.ok(hosted.last.signal.aborted);
    hosted.last.fail(busy);
    await settled();
  });

  it("leaves no listener on the signal it was given", async () => {
    const abort = new AbortController();
    let listeners = 0;
    const { signal } = abort;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners++;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners--;
      remove(...args);
    };
    const [engine, hosted] = [new FakeSource(), new FakeSource()];
    const pieces = mergedSource(engine.source, hosted.source, always)(ordinary, signal);
    const all = readAll(pieces[Symbol.asyncIterator]());
    hosted.last.say(textPiece("model"), fakeEnd).stop();
    await all;
    assert.equal(listeners, 0);
  });

  it("asks the gateway alone for what comes behind its own text", async () => {
    const ahead = { text: "model();", deletedAfterChars: 0 };
    const { engine, hosted, iterator } = ask({ request: { ...ordinary, ahead } });
    const all = readAll(iterator);
    hosted.last.say(textPiece("more"), fakeEnd).stop();
    assert.deepEqual(await all, ["remote:more", "end"]);
    assert.equal(engine.answers.length, 0);
  });

  describe("where a draft may spare the gateway", () => {
    const askSparing = () => {
      const clock = new ManualClock();
      return { clock, ...ask({ sparing: { maySpareModel: () => true, clock } }) };
    };
    const sure: Piece = { kind: "text", origin: "draft", text: "sure();", isAlone: true };

    it("gives one that is nearly certain as the whole answer, and never asks the gateway", async () => {
      const { engine, hosted, iterator, clock } = askSparing();
      const first = iterator.next();
      engine.last.say(sure, fakeEnd).stop();
      assert.deepEqual((await first).value, sure);
      assert.deepEqual(await readAll(iterator), ["end"]);
      assert.equal(hosted.answers.length, 0);
      assert.equal(clock.timerCount, 0);
    });

    it("asks the gateway once the engine has said something less certain, or nothing", async () => {
      for (const said of [[textPiece("draft", "draft"), fakeEnd], [fakeEnd]]) {
        const { engine, hosted, iterator } = askSparing();
        const all = readAll(iterator);
        assert.equal(hosted.answers.length, 0);
        engine.last.say(...said).stop();
        await settled();
        hosted.last.say(textPiece("model"), fakeEnd).stop();
        const texts = said.length > 1 ? ["draft:draft", "remote:model"] : ["remote:model"];
        assert.deepEqual(await all, [...texts, "end"]);
      }
    });

    it("waits no longer than 20 ms for the engine, whose draft is an ordinary one then", async () => {
      const { engine, hosted, iterator, clock } = askSparing();
      const first = iterator.next();
      await settled();
      clock.advance(19);
      await settled();
      assert.equal(hosted.answers.length, 0);
      clock.advance(1);
      await settled();
      assert.equal(hosted.answers.length, 1);
      engine.last.say(sure, fakeEnd).stop();
      assert.deepEqual((await first).value, textPiece("sure();", "draft"));
      hosted.last.say(textPiece("model"), fakeEnd).stop();
      assert.deepEqual(await readAll(iterator), ["remote:model", "end"]);
    });

    it("asks no gateway for whom has left meanwhile", async () => {
      const { hosted, iterator, abort } = askSparing();
      const all = readAll(iterator);
      abort.abort(busy);
      assert.deepEqual(await all, [busy]);
      assert.equal(hosted.answers.length, 0);
    });
  });
});

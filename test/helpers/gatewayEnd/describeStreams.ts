import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { Failure } from "../../../src/base/failure.ts";
import type { StreamOutcome } from "../../../src/link/answer.ts";
import { maxStreams } from "../../../src/wire/limits.ts";
import type { ClientMessage } from "../../../src/wire/messages.ts";
import { hello } from "../framePeer.ts";
import type { MakePair } from "../socketPairs.ts";
import { cancelled, ended, more, PlainGatewayEnd, remote } from "./gatewayEnd.ts";

/** PROTOCOL.md section 8 at the gateway, but for credit. */
export function describeStreams(makePair: MakePair): void {
  let end: PlainGatewayEnd;
  beforeEach(async () => {
    end = await PlainGatewayEnd.greeted(makePair);
  });
  afterEach(() => {
    end.dispose();
  });

  it("sends texts in order as they come, and exactly one end", async () => {
    const stream = end.typist.ask();
    const ask = await end.desk.ask(1);
    ask.text("at once");
    assert.deepEqual((await end.client.messages(2))[1], remote(stream, "at once"));
    for (const text of ["b", "", "😀\r\n"]) ask.text(text);
    ask.end();
    ask.text("after the end");
    await end.desk.until(() => ask.isStopped);
    const texts = [remote(1, "at once"), more("b"), more(""), more("😀\r\n")];
    assert.deepEqual(await end.said(), [...texts, ended(1)]);
    assert.deepEqual(end.outcomes, ["end"]);
  });

  it("names the upstream at the end where it is not the welcome's, to a client that takes it", async () => {
    for (const takesUpstream of [true, undefined]) {
      const other = new PlainGatewayEnd(await makePair(), { upstream: "the first" });
      other.client.say({ ...hello, takesUpstream });
      await other.client.messages(1);
      for (const [at, upstream] of ["the first", "the second"].entries()) {
        other.typist.ask();
        (await other.desk.ask(at + 1)).end(upstream);
        await other.client.messages(at + 2);
      }
      const named = takesUpstream ? { upstream: "the second" } : {};
      assert.deepEqual(await other.said(), [ended(1), { ...ended(2), ...named }]);
      other.dispose();
    }
  });

  it("names the stream and the origin anew whenever they change", async () => {
    end.typist.ask();
    end.typist.ask();
    const [first, second] = [await end.desk.ask(1), await end.desk.ask(2)];
    const say = async (ask: typeof first, ...words: Parameters<typeof first.text>) => {
      const before = end.client.received.length;
      ask.text(...words);
      await end.client.messages(before + 1);
    };
    await say(first, "a", "draft");
    await say(first, "b", "draft");
    await say(first, "c", "remote");
    await say(second, "d", "remote");
    await say(second, "e", "remote");
    await say(first, "f", "remote");
    assert.deepEqual(await end.said(), [
      { kind: "text", stream: 1, origin: "draft", text: "a" },
      more("b"),
      remote(1, "c"),
      remote(2, "d"),
      more("e"),
      remote(1, "f"),
    ]);
  });

  it("says of a draft that is all of an answer that it is", async () => {
    end.typist.ask();
    const ask = await end.desk.ask(1);
    ask.alone("sure();");
    ask.end();
    await end.client.messages(3);
    assert.deepEqual(await end.said(), [{ kind: "alone", stream: 1, text: "sure();" }, ended(1)]);
  });

  it("keeps streams of several documents apart: a slow one holds no other up", async () => {
    for (let each = 0; each < 3; each++) end.typist.ask();
    const third = await end.desk.ask(3);
    third.text("third");
    third.end();
    await end.client.messages(3);
    (await end.desk.ask(2)).end();
    await end.client.messages(4);
    (await end.desk.ask(1)).end();
    await end.client.messages(5);
    assert.deepEqual(await end.said(), [remote(3, "third"), ended(3), ended(2), ended(1)]);
  });

  describe("a newer ask of the same document", () => {
    it("ends the older ones at once, each with cancelled", async () => {
      const document = end.typist.open("text");
      document.ask(1);
      document.ask(2, { keepsOlder: true });
      const older = [await end.desk.ask(1), await end.desk.ask(2)];
      document.type("x");
      const newer = await end.desk.ask(3);
      assert.ok(older.every(({ signal }) => signal.aborted));
      newer.end();
      await end.client.messages(4);
      assert.deepEqual(await end.said(), [cancelled(1), cancelled(2), ended(3)]);
      assert.deepEqual(end.outcomes, ["cancelled", "cancelled", "end"]);
    });

    it("leaves other documents' asks alone, and frames that ask nothing leave all alone", async () => {
      const [document, other] = [end.typist.open("text"), end.typist.open("other")];
      other.ask(1);
      document.focus();
      document.ask(1);
      document.change([{ offset: 0, deletedChars: 0, text: "x" }]);
      other.focus();
      assert.deepEqual(await end.said(), []);
      assert.ok(end.desk.asks.every(({ signal }) => !signal.aborted));
    });

    it("that keeps older ones ends none, until there are four: then the oldest", async () => {
      const document = end.typist.open("text");
      const ask = () => document.ask(1, { keepsOlder: true });
      for (let each = 0; each < 3; each++) ask();
      assert.deepEqual(await end.said(), []);
      ask();
      assert.deepEqual(await end.said(), [cancelled(1)]);
      ask();
      assert.deepEqual(await end.said(), [cancelled(1), cancelled(2)]);
      await end.desk.ask(5);
      const live = end.desk.asks.map(({ signal }) => !signal.aborted);
      assert.deepEqual(live, [false, false, true, true, true]);
    });

    it("that keeps older ones counts those alone that are still being answered", async () => {
      const document = end.typist.open("text");
      const ask = () => document.ask(1, { keepsOlder: true });
      for (let each = 0; each < 3; each++) ask();
      end.typist.cancel(2);
      ask();
      assert.deepEqual(await end.said(), [cancelled(2)]);
      assert.ok(end.desk.asks[0]?.signal.aborted === false);
    });
  });

  describe("a cancelled stream", () => {
    it("has its work stopped inside the frame, and is answered cancelled", async () => {
      end.typist.ask();
      const ask = await end.desk.ask(1);
      ask.text("first");
      await end.client.messages(2);
      end.typist.cancel(1);
      await end.desk.until(() => ask.isStopped);
      ask.text("too late");
      assert.deepEqual(await end.said(), [remote(1, "first"), cancelled(1)]);
      assert.deepEqual(end.outcomes, ["cancelled"]);
    });

    it("may be cancelled right behind its ask", async () => {
      end.typist.ask();
      end.typist.cancel(1);
      assert.deepEqual(await end.said(), [cancelled(1)]);
      assert.ok((await end.desk.ask(1)).signal.aborted);
    });

    it("is forgotten: a further cancel or credit of it is dropped, as of one that has ended", async () => {
      end.typist.ask();
      end.typist.ask();
      (await end.desk.ask(2)).end();
      await end.client.messages(2);
      for (const stream of [1, 1, 2]) end.typist.cancel(stream);
      for (const stream of [1, 2]) end.client.say({ kind: "credit", stream, sizeBytes: 1 });
      assert.deepEqual(await end.said(), [ended(2), cancelled(1)]);
    });
  });

  const never: Readonly<Record<string, readonly ClientMessage[]>> = {
    "a cancel of a stream that was never opened": [{ kind: "cancel", stream: 2 }],
    "a cancel of stream 0": [{ kind: "cancel", stream: 0 }],
    "credit for a stream that was never opened": [{ kind: "credit", stream: 2, sizeBytes: 1 }],
    "credit for stream 0": [{ kind: "credit", stream: 0, sizeBytes: 1 }],
  };
  for (const [what, messages] of Object.entries(never)) {
    it(`closes with 4400 upon ${what}`, async () => {
      end.typist.ask();
      end.client.say(...messages);
      await end.assertClosedWith(4400);
    });
  }

  it("says failed with the code of what was thrown, and goes on", async () => {
    end.typist.ask();
    end.typist.ask();
    (await end.desk.ask(1)).throw(new Failure("upstream-down", "The model is down."));
    await end.client.messages(2);
    (await end.desk.ask(2)).throw(new TypeError("a slip"));
    await end.client.messages(3);
    assert.deepEqual(await end.said(), [
      { kind: "failed", stream: 1, code: "upstream-down", detail: "The model is down." },
      { kind: "failed", stream: 2, code: "internal", detail: "a slip" },
    ]);
    assert.deepEqual(end.outcomes, ["failed", "failed"]);
  });

  it("says failed for an answer without an end, after its texts", async () => {
    end.typist.ask();
    const ask = await end.desk.ask(1);
    ask.text("half");
    ask.return();
    const [, half, last] = await end.client.messages(3);
    assert.deepEqual(half, remote(1, "half"));
    assert.equal(last?.kind === "failed" && last.code, "internal");
  });

  it("sends 262,144 units in one frame, and fails a stream with more at once", async () => {
    end.typist.ask();
    end.typist.ask();
    const most = "é".repeat(262_144);
    (await end.desk.ask(1)).text(most);
    (await end.desk.ask(2)).text(`${most}x`);
    await end.client.messages(3);
    const said = await end.said();
    assert.ok(said.some((message) => message.kind === "text" && message.text === most));
    const failed = said.find(({ kind }) => kind === "failed");
    assert.deepEqual(failed?.kind === "failed" && [failed.stream, failed.code], [2, "too-large"]);
  });

  describe("with as many streams as there may be", () => {
    async function fill(): Promise<void> {
      for (let each = 0; each < maxStreams; each++) {
        // A document's asks stay alive when it is closed: so there can be more of them than fit the open ones.
        const document = end.typist.open("text");
        document.ask(1);
        document.close();
      }
      await end.desk.ask(maxStreams);
    }

    it("answers a further one busy, and takes the next when one has ended", async () => {
      await fill();
      end.typist.ask();
      const [refused] = await end.said();
      assert.equal(refused?.kind === "failed" && refused.code, "busy");
      assert.equal(refused?.kind === "failed" && refused.stream, maxStreams + 1);
      (await end.desk.ask(maxStreams)).end();
      await end.client.until(() => end.client.received.at(-1)?.kind === "end");
      end.typist.ask();
      const count = end.client.received.length;
      (await end.desk.ask(maxStreams + 1)).end();
      await end.client.messages(count + 1);
      assert.deepEqual((await end.said()).at(-1), ended(maxStreams + 2));
    });

    it("takes one that supersedes another, or that follows a cancel", async () => {
      const document = end.typist.open("text");
      document.ask(1);
      await fill();
      document.focus();
      document.ask(2);
      end.typist.cancel(maxStreams);
      end.typist.ask();
      const kinds = (await end.said()).map((message) => [
        message.kind,
        "stream" in message && message.stream,
      ]);
      assert.deepEqual(kinds, [
        ["failed", maxStreams + 1],
        ["cancelled", 1],
        ["cancelled", maxStreams],
      ]);
    });
  });

  describe("when the client is gone", () => {
    const ways: Readonly<Record<string, () => void>> = {
      "by a broken connection": () => {
        end.pair.cut();
      },
      "by its own doing": () => {
        end.client.vanish();
      },
    };
    for (const [how, leave] of Object.entries(ways)) {
      it(`stops the work of every stream as if cancelled: ${how}`, async () => {
        for (let each = 0; each < 20; each++) end.typist.ask();
        await end.desk.ask(20);
        leave();
        await end.desk.until(() => end.desk.asks.every(({ isStopped }) => isStopped));
        assert.ok(end.desk.asks.every(({ signal }) => signal.aborted));
        assert.deepEqual(end.outcomes, Array<StreamOutcome>(20).fill("cancelled"));
        assert.equal(end.closeCount, 1);
        assert.equal(end.clock.timerCount, 0);
      });
    }
  });

  it("closes with 1001 when it is disposed, and stops the work", async () => {
    end.typist.ask();
    const ask = await end.desk.ask(1);
    end.link.dispose();
    end.link.dispose();
    assert.ok(ask.signal.aborted);
    await end.assertClosedWith(1001);
  });
}

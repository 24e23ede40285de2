import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { documentLimits } from "../../../src/wire/limits.ts";
import { textOf } from "../requests.ts";
import type { MakePair } from "../socketPairs.ts";
import {
  draft,
  end as ended,
  failed,
  isFailure,
  more,
  PlainClientEnd,
  timings,
  valueOf,
} from "./clientEnd.ts";

const never = new AbortController().signal;

/** PROTOCOL.md section 8 at the client. */
export function describeReaders(makePair: MakePair): void {
  let end: PlainClientEnd;
  beforeEach(async () => {
    end = await PlainClientEnd.welcomed(makePair);
  });
  afterEach(() => {
    end.dispose();
  });

  const askIn = (path: string) => end.ask(undefined, { path });
  const cancels = () => end.said().flatMap((said) => (said.kind === "cancel" ? [said.stream] : []));

  it("numbers its streams one after the other and gives each its own answer", async () => {
    const answers = [await askIn("a"), await askIn("b"), await askIn("c")];
    const texts = answers.map(({ text }) => text());
    end.gateway.say(draft(3, "c"), draft(1, "a"), more("-"), draft(2, "b"), draft(1, "A"));
    end.gateway.say(ended(2), more("!"), ended(1), ended(3));
    assert.deepEqual(await Promise.all(texts), ["a-A!", "b", "c"]);
    assert.deepEqual(
      answers.map(({ stream }) => stream),
      [1, 2, 3],
    );
  });

  it("gives texts as they come, with their origin, and the times of the end last", async () => {
    const { pieces } = await end.ask();
    end.gateway.say(draft(1, "draft"));
    assert.deepEqual(await valueOf(pieces), { kind: "text", origin: "draft", text: "draft" });
    end.gateway.say({ kind: "text", stream: 1, origin: "remote", text: "a" }, more("b"), ended(1));
    assert.deepEqual(await valueOf(pieces), { kind: "text", origin: "remote", text: "a" });
    assert.deepEqual(await valueOf(pieces), { kind: "text", origin: "remote", text: "b" });
    assert.deepEqual(await valueOf(pieces), { kind: "end", timings });
    assert.ok((await pieces.next()).done);
  });

  it("says of a draft that it is all when the gateway says so", async () => {
    const { pieces } = await end.ask();
    end.gateway.say({ kind: "alone", stream: 1, text: "sure();" }, ended(1));
    const piece = { kind: "text", origin: "draft", text: "sure();", isAlone: true };
    assert.deepEqual(await valueOf(pieces), piece);
    assert.deepEqual(await valueOf(pieces), { kind: "end", timings });
  });

  it("throws what the gateway says has failed, after the texts before it", async () => {
    const { pieces } = await end.ask();
    end.gateway.say(draft(1, "draft"), {
      kind: "failed",
      stream: 1,
      code: "busy",
      detail: "Later.",
    });
    assert.deepEqual(await valueOf(pieces), { kind: "text", origin: "draft", text: "draft" });
    await assert.rejects(pieces.next(), { code: "busy", message: "Later." });
    assert.deepEqual(end.failures, []);
  });

  it("ends a stream that the gateway says was superseded", async () => {
    const { text } = await end.ask();
    end.gateway.say({ kind: "cancelled", stream: 1 });
    await assert.rejects(text(), isFailure("superseded"));
    assert.deepEqual(end.failures, []);
  });

  it("drops what comes for a stream that has ended", async () => {
    const { text } = await end.ask();
    end.gateway.say(draft(1, "all"), ended(1), more("late"), draft(1, "late"), ended(1));
    end.gateway.say({ kind: "cancelled", stream: 1 }, failed(1, "internal"));
    assert.equal(await text(), "all");
    await end.arrived();
    assert.deepEqual(end.failures, []);
  });

  it("fails every open stream with link-lost when the connection breaks, once", async () => {
    const answers = [await askIn("a"), await askIn("b"), await askIn("c")];
    const texts = answers.map(({ text }) => text());
    end.gateway.say(draft(1, "begun"));
    end.pair.cut();
    for (const result of await Promise.allSettled(texts)) {
      assert.ok(result.status === "rejected" && isFailure("link-lost")(result.reason));
    }
    await end.assertEnded("link-lost");
  });

  it("fails its streams and says nothing of its end when it is disposed", async () => {
    const { text } = await end.ask();
    end.link.dispose();
    end.link.dispose();
    await assert.rejects(text(), isFailure("link-lost"));
    await end.gateway.end();
    assert.deepEqual(end.failures, []);
  });

  describe("a cancelled stream", () => {
    it("ends with the reason at once, and the gateway is told at once and once", async () => {
      const { pieces, controller } = await end.ask();
      end.gateway.say(draft(1, "shown"));
      await valueOf(pieces);
      const rest = textOf(pieces);
      controller.abort(new Error("typed on"));
      await assert.rejects(rest, /typed on/);
      await end.arrived();
      assert.deepEqual(cancels(), [1]);
      end.clock.advance(1_000);
      await end.arrived();
      assert.deepEqual(cancels(), [1]);
    });

    it("is told of before the ask that follows", async () => {
      const { controller } = await end.ask("a█");
      controller.abort(new Error("typed on"));
      await end.ask("a█");
      const kinds = end.said().map(({ kind }) => kind);
      assert.deepEqual(kinds.slice(-2), ["cancel", "edit"]);
      assert.deepEqual(cancels(), [1]);
    });

    it("is told of where its document was opened anew under another number", async () => {
      const { controller } = await end.ask("a█");
      controller.abort(new Error("typed on"));
      await end.ask("b█");
      await end.arrived();
      assert.deepEqual(cancels(), [1]);
    });

    it("shows nothing of what had come and not been read, ended or not", async () => {
      for (const isEnded of [false, true]) {
        const { controller, pieces, stream } = await end.ask();
        end.gateway.say(draft(stream, "read"), draft(stream, "unread"));
        if (isEnded) end.gateway.say(ended(stream));
        await valueOf(pieces);
        await end.arrived();
        controller.abort(new Error("typed on"));
        await assert.rejects(pieces.next(), /typed on/);
      }
    });

    it("hears nothing more of its answer, and the link goes on", async () => {
      const { controller, text } = await end.ask();
      controller.abort(new Error("typed on"));
      await assert.rejects(text(), /typed on/);
      end.gateway.say(draft(1, "late"), { kind: "cancelled", stream: 1 });
      const next = await end.ask();
      end.gateway.say(draft(2, "next"), ended(2));
      assert.equal(await next.text(), "next");
    });

    it("is not even asked for when the signal has fired before", async () => {
      const signal = AbortSignal.abort(new Error("typed on"));
      const pieces = end.link.complete(end.asked.ask(), signal);
      await assert.rejects(pieces.next(), /typed on/);
      await end.arrived();
      assert.equal(end.asks().length, 1); // the one of arrived()
    });

    it("is also one whose reader stopped reading", async () => {
      const { pieces } = await end.ask();
      end.gateway.say(draft(1, "enough"));
      await valueOf(pieces);
      await pieces.return(undefined);
      await end.gateway.until(() => cancels().length === 1);
    });

    it("is not cancelled again once it has ended", async () => {
      const { controller, text } = await end.ask();
      end.gateway.say(ended(1));
      await text();
      controller.abort();
      await end.arrived();
      assert.deepEqual(cancels(), []);
    });
  });

  describe("credit", () => {
    const kib = "é".repeat(512);
    const granted = () =>
      end
        .said()
        .flatMap((said) => (said.kind === "credit" ? [[said.stream, said.sizeBytes / 1024]] : []));

    it("is granted for what the reader has taken, in bytes of UTF-8, 32 KiB at a time", async () => {
      const { pieces } = await end.ask();
      end.gateway.say(draft(1, ""), ...Array.from({ length: 80 }, () => more(kib)));
      for (let each = 0; each < 32; each++) await valueOf(pieces);
      await end.arrived();
      assert.deepEqual(granted(), []);
      await valueOf(pieces);
      await end.arrived();
      assert.deepEqual(granted(), [[1, 32]]);
      for (let each = 0; each < 48; each++) await valueOf(pieces);
      end.gateway.say(ended(1));
      await textOf(pieces);
      await end.arrived();
      assert.deepEqual(granted(), [
        [1, 32],
        [1, 32],
      ]);
    });

    it("is not granted by a reader that does not read", async () => {
      await end.ask();
      end.gateway.say(draft(1, ""), ...Array.from({ length: 64 }, () => more(kib)));
      await end.arrived();
      assert.deepEqual(granted(), []);
    });

    it("is not granted for a stream that has ended", async () => {
      const { pieces } = await end.ask();
      end.gateway.say(...Array.from({ length: 60 }, () => draft(1, kib)), ended(1));
      await end.arrived();
      await textOf(pieces);
      await end.arrived();
      assert.deepEqual(granted(), []);
    });
  });

  it("refuses an ask in a document that is too long, and stays in step with the gateway", async () => {
    const huge = end.asked.askAt("x".repeat(documentLimits.maxChars + 1), 0);
    await assert.rejects(textOf(end.link.complete(huge, never)), isFailure("too-large"));
    const { text, stream } = await end.ask();
    end.gateway.say(draft(stream, "fine"), ended(stream));
    assert.equal(await text(), "fine");
    assert.equal(stream, 1);
  });

  it("does not ask about a text that is no longer there", async () => {
    const old = end.asked.ask("a█");
    end.asked.type("b", 1);
    await assert.rejects(textOf(end.link.complete(old, never)), isFailure("superseded"));
    await end.arrived();
    assert.equal(end.asks().length, 1);
  });
}

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setImmediate } from "node:timers/promises";
import { Turns } from "../../../src/gateway/load/turns.ts";
import { answer, type Drafter, type PipelineParts } from "../../../src/gateway/pipeline.ts";
import { Failure } from "../../../src/base/failure.ts";
import type { Upstream, UpstreamAnswer } from "../../../src/gateway/upstreams/upstream.ts";
import type { CompletionRequest, Piece } from "../../../src/wire/messages.ts";
import { ManualClock } from "../../helpers/manualClock.ts";
import { aRequest } from "../../helpers/requests.ts";

/** A model that thinks for two turns, says these texts, 10 ms apart on the clock, and then fails if it is to. */
class FakeUpstream implements Upstream {
  readonly name = "fake";
  readonly asked: CompletionRequest[] = [];
  isStopped = false;
  readonly #clock: ManualClock;
  readonly #texts: readonly string[];
  readonly #failure: Failure | undefined;

  constructor(clock: ManualClock, texts: readonly string[], failure?: Failure) {
    this.#clock = clock;
    this.#texts = texts;
    this.#failure = failure;
  }

  async *complete(request: CompletionRequest, signal: AbortSignal): UpstreamAnswer {
    this.asked.push(request);
    try {
      await setImmediate();
      await setImmediate();
      for (const text of this.#texts) {
        signal.throwIfAborted();
        this.#clock.advance(10);
        yield text;
        await Promise.resolve();
      }
      signal.throwIfAborted();
      if (this.#failure) throw this.#failure;
      return { stop: "done", usage: undefined };
    } finally {
      this.isStopped = true;
    }
  }

  dispose(): void {
    this.isStopped = true;
  }
}

const never = new AbortController().signal;
function draftOf(clock: ManualClock, text: string | undefined, isSure = false): Drafter {
  const draft = () => {
    clock.advance(0.5);
    return text === undefined ? undefined : { text, isSure, mayWait: false };
  };
  return { maySpareModel: isSure, draft };
}

async function collect(pieces: AsyncIterable<Piece>, into: Piece[] = []): Promise<Piece[]> {
  for await (const piece of pieces) into.push(piece);
  return into;
}

const partsOf = (
  clock: ManualClock,
  drafter: Drafter | undefined,
  upstream: Upstream | undefined,
): PipelineParts => ({ clock, turns: new Turns(clock), drafter, upstream });

describe("the gateway's pipeline", () => {
  it("gives the draft first, then the model's text as it comes, then the times", async () => {
    const clock = new ManualClock();
    const upstream = new FakeUpstream(clock, ["a", "b"]);
    const request = aRequest();
    const parts = partsOf(clock, draftOf(clock, "draft"), upstream);
    assert.deepEqual(await collect(answer(parts, request, never)), [
      { kind: "text", origin: "draft", text: "draft" },
      { kind: "text", origin: "remote", text: "a" },
      { kind: "text", origin: "remote", text: "b" },
      {
        kind: "end",
        timings: { draftMs: 0.5, firstRemoteMs: 10.5, modelAskedMs: 0, totalMs: 20.5 },
      },
    ]);
    assert.deepEqual(upstream.asked, [request]);
  });

  it("says in the end which of several models it was", async () => {
    const clock = new ManualClock();
    const one = new FakeUpstream(clock, ["a"]);
    const upstream: Upstream = {
      name: "several",
      async *complete(...ask) {
        return { ...(yield* one.complete(...ask)), upstream: "the second" };
      },
      dispose: () => undefined,
    };
    const pieces = await collect(answer(partsOf(clock, undefined, upstream), aRequest(), never));
    const last = pieces.at(-1);
    assert.equal(last?.kind === "end" && last.upstream, "the second");
  });

  it("asks the model before it makes the draft, and gives the draft while the model thinks", async () => {
    const clock = new ManualClock();
    const upstream = new FakeUpstream(clock, ["a"]);
    const askedBefore: number[] = [];
    const draft = () => {
      askedBefore.push(upstream.asked.length);
      return { text: "draft", isSure: true, mayWait: false };
    };
    const drafter = { maySpareModel: false, draft };
    const pieces = answer(partsOf(clock, drafter, upstream), aRequest(), never);
    assert.deepEqual((await pieces.next()).value, { kind: "text", origin: "draft", text: "draft" });
    assert.deepEqual(askedBefore, [1]);
    await pieces.return(undefined);
    assert.ok(upstream.isStopped);
  });

  for (const nothing of [undefined, ""]) {
    it(`says nothing of a draft that is ${nothing ?? "not there"}`, async () => {
      const clock = new ManualClock();
      const parts = partsOf(clock, draftOf(clock, nothing), undefined);
      assert.deepEqual(await collect(answer(parts, aRequest(), never)), [
        { kind: "end", timings: { draftMs: undefined, firstRemoteMs: undefined, totalMs: 0.5 } },
      ]);
    });
  }

  it("asks no model for a confined request, and answers it from the engine alone", async () => {
    const clock = new ManualClock();
    const upstream = new FakeUpstream(clock, ["never"]);
    const request = aRequest({ isConfined: true });
    const parts = partsOf(clock, draftOf(clock, "draft"), upstream);
    const pieces = await collect(answer(parts, request, never));
    assert.deepEqual(
      pieces.map((piece) => piece.kind === "text" && piece.origin),
      ["draft", false],
    );
    const none = await collect(answer(partsOf(clock, undefined, upstream), request, never));
    assert.deepEqual(
      none.map(({ kind }) => kind),
      ["end"],
    );
    assert.deepEqual(upstream.asked, []);
  });

  it("throws what the model throws, after the draft", async () => {
    const clock = new ManualClock();
    const failure = new Failure("upstream-down", "down");
    const upstream = new FakeUpstream(clock, ["a"], failure);
    const seen: Piece[] = [];
    const pieces = answer(partsOf(clock, draftOf(clock, "draft"), upstream), aRequest(), never);
    await assert.rejects(collect(pieces, seen), failure);
    assert.deepEqual(
      seen.map((piece) => piece.kind === "text" && piece.text),
      ["draft", "a"],
    );
  });

  it("asks the model for no more at once than one turn has time for", async () => {
    const clock = new ManualClock();
    const upstream = new FakeUpstream(clock, ["a"]);
    const turns = new Turns(clock);
    const parts = { clock, turns, drafter: undefined, upstream };
    const all = [answer(parts, aRequest(), never), answer(parts, aRequest(), never)];
    const ends: Promise<unknown>[] = [];
    for (const pieces of all) {
      ends.push(collect(pieces));
      clock.advance(20);
    }
    assert.equal(upstream.asked.length, 1);
    await Promise.all(ends);
    assert.equal(upstream.asked.length, 2);
  });

  it("stops the model when its signal fires", async () => {
    const clock = new ManualClock();
    const upstream = new FakeUpstream(clock, ["a", "b", "c"]);
    const controller = new AbortController();
    const pieces = answer(partsOf(clock, undefined, upstream), aRequest(), controller.signal);
    await pieces.next();
    controller.abort(new Error("typed on"));
    await assert.rejects(pieces.next(), /typed on/);
    assert.ok(upstream.isStopped);
  });

  it("stops the model when its reader goes", async () => {
    const clock = new ManualClock();
    const upstream = new FakeUpstream(clock, ["a", "b", "c"]);
    const pieces = answer(partsOf(clock, undefined, upstream), aRequest(), never);
    await pieces.next();
    await pieces.return(undefined);
    assert.ok(upstream.isStopped);
  });

  describe("where a sure draft spares the model", () => {
    it("gives it as the whole answer and asks no model", async () => {
      const clock = new ManualClock();
      const upstream = new FakeUpstream(clock, ["never"]);
      const parts = partsOf(clock, draftOf(clock, "sure();", true), upstream);
      assert.deepEqual(await collect(answer(parts, aRequest(), never)), [
        { kind: "text", origin: "draft", text: "sure();", isAlone: true },
        { kind: "end", timings: { draftMs: 0.5, firstRemoteMs: undefined, totalMs: 0.5 } },
      ]);
      assert.deepEqual(upstream.asked, []);
    });

    for (const drafted of [undefined, { text: "draft", isSure: false, mayWait: false }]) {
      it(`asks the model when the draft is ${drafted ? "not sure" : "not there"}, and drafts once`, async () => {
        const clock = new ManualClock();
        const upstream = new FakeUpstream(clock, ["a"]);
        let drafts = 0;
        const draft = () => {
          drafts++;
          return drafted;
        };
        const parts = partsOf(clock, { maySpareModel: true, draft }, upstream);
        const pieces = await collect(answer(parts, aRequest(), never));
        const said = pieces.flatMap((piece) => (piece.kind === "text" ? [piece] : []));
        assert.deepEqual(
          said.map(({ text, isAlone }) => [text, isAlone]),
          drafted
            ? [
                ["draft", undefined],
                ["a", undefined],
              ]
            : [["a", undefined]],
        );
        assert.equal(drafts, 1);
      });
    }

    it("asks the model all the same for what comes behind its own text", async () => {
      const clock = new ManualClock();
      const upstream = new FakeUpstream(clock, ["a"]);
      const parts = partsOf(clock, draftOf(clock, "sure();", true), upstream);
      const pieces = await collect(answer(parts, aRequest({ isAhead: true }), never));
      assert.deepEqual(
        pieces.map((piece) => piece.kind === "text" && piece.origin),
        ["remote", false],
      );
    });

    it("spares no model in a file that is not sent to one", async () => {
      const clock = new ManualClock();
      const parts = partsOf(clock, draftOf(clock, "sure();", true), undefined);
      const [piece] = await collect(answer(parts, aRequest({ isConfined: true }), never));
      assert.deepEqual(piece, { kind: "text", origin: "draft", text: "sure();" });
    });
  });

  describe("with a draft that is little likely right", () => {
    const hoped: Drafter = {
      maySpareModel: false,
      draft: () => ({ text: "hope", isSure: false, mayWait: true }),
    };
    const texts = (pieces: readonly Piece[]) =>
      pieces.flatMap((piece) => (piece.kind === "text" ? [piece.text] : []));

    it("gives it behind the model's first text when that comes first, in case the model breaks off", async () => {
      const clock = new ManualClock();
      const upstream = new FakeUpstream(clock, ["a", "b"]);
      const pieces = await collect(answer(partsOf(clock, hoped, upstream), aRequest(), never));
      assert.deepEqual(texts(pieces), ["a", "hope", "b"]);
      assert.equal(clock.timerCount, 0);
    });

    it("gives it at once when the model fails or has nothing to say", async () => {
      const clock = new ManualClock();
      const failure = new Failure("upstream-down", "down");
      const seen: Piece[] = [];
      const failing = new FakeUpstream(clock, [], failure);
      const failed = answer(partsOf(clock, hoped, failing), aRequest(), never);
      await assert.rejects(collect(failed, seen), failure);
      assert.deepEqual(texts(seen), ["hope"]);
      const silent = new FakeUpstream(clock, []);
      const parts = partsOf(clock, hoped, silent);
      assert.deepEqual(texts(await collect(answer(parts, aRequest(), never))), ["hope"]);
    });

    it("gives it after 400 ms when the model has not said a word by then, here or elsewhere", async () => {
      const clock = new ManualClock();
      const pieces = answer(partsOf(clock, hoped, undefined), aRequest(), never);
      const first = pieces.next();
      let isThere = false;
      void first.then(() => (isThere = true));
      await setImmediate();
      clock.advance(399);
      await setImmediate();
      assert.equal(isThere, false);
      clock.advance(1);
      assert.deepEqual((await first).value, { kind: "text", origin: "draft", text: "hope" });
      await pieces.return(undefined);
    });

    it("ends at once when nobody waits any more", async () => {
      const clock = new ManualClock();
      const controller = new AbortController();
      const parts = partsOf(clock, hoped, undefined);
      const pieces = collect(answer(parts, aRequest(), controller.signal));
      await setImmediate();
      controller.abort(new Error("typed on"));
      assert.deepEqual(texts(await pieces), []);
      assert.equal(clock.timerCount, 0);
    });
  });
});

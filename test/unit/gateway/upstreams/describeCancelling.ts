import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { describe, it, type TestContext } from "node:test";
import type { Upstream } from "../../../../src/gateway/upstreams/upstream.ts";
import { failureOf, piecesOf, textsOf } from "./upstreamFixture.ts";

/** How a model is: it answers and ends, says nothing, or says something and has not ended. */
export type ModelMood = "whole" | "silent" | "goes on";

/** An upstream, and what can be seen of its model. */
export interface ModelStage {
  readonly upstream: Upstream;
  readonly clock: { readonly timerCount: number };
  /** How often the model has been asked. */
  readonly asks: () => number;
  /** Resolves once it has been asked. */
  readonly asked: () => Promise<void>;
  /** Resolves once it no longer works for what it was asked. */
  readonly stopped: () => Promise<void>;
}

/** Whatever a model is reached by: it stops when nobody wants its answer, at every stage of it. */
export function describeCancelling(
  kind: string,
  arrange: (t: TestContext, model: ModelMood) => Promise<ModelStage>,
): void {
  describe(`${kind}: cancelling`, () => {
    const reason = new Error("typed on");

    it("asks nothing when the signal has fired before", async (t) => {
      const { upstream, asks } = await arrange(t, "whole");
      await assert.rejects(textsOf(upstream, AbortSignal.abort(reason)), reason);
      assert.equal(asks(), 0);
    });

    it("ends with the reason when it fires in the turn of the request", async (t) => {
      const { upstream } = await arrange(t, "whole");
      const controller = new AbortController();
      const texts = textsOf(upstream, controller.signal);
      controller.abort(reason);
      await assert.rejects(texts, reason);
    });

    it("stops the model before its first text and ends with the reason", async (t) => {
      const { clock, upstream, asked, stopped } = await arrange(t, "silent");
      const controller = new AbortController();
      const texts = textsOf(upstream, controller.signal);
      await asked();
      controller.abort(reason);
      await assert.rejects(texts, reason);
      await stopped();
      assert.equal(clock.timerCount, 0);
    });

    it("stops the model between two pieces and ends with the reason", async (t) => {
      const { clock, upstream, stopped } = await arrange(t, "goes on");
      const controller = new AbortController();
      const noError = { why: "not even an error" };
      const pieces = piecesOf(upstream, controller.signal);
      await pieces.next();
      const next = pieces.next();
      controller.abort(noError);
      await assert.rejects(next, (thrown) => thrown === noError);
      await stopped();
      assert.equal(clock.timerCount, 0);
    });

    it("stops the model while its reader is busy with a piece", async (t) => {
      const { upstream, stopped } = await arrange(t, "goes on");
      const controller = new AbortController();
      const pieces = piecesOf(upstream, controller.signal);
      await pieces.next();
      controller.abort(reason);
      await stopped();
      await assert.rejects(Promise.resolve(pieces.next()), reason);
    });

    it("stops the model when the reader stops reading", async (t) => {
      const { upstream, stopped } = await arrange(t, "goes on");
      const pieces = piecesOf(upstream);
      assert.notEqual((await pieces.next()).value, "");
      await pieces.return?.();
      await stopped();
    });

    it("leaves nothing on the signal when it ends", async (t) => {
      const { clock, upstream } = await arrange(t, "whole");
      const { signal } = new AbortController();
      await textsOf(upstream, signal);
      assert.equal(getEventListeners(signal, "abort").length, 0);
      assert.equal(clock.timerCount, 0);
    });

    it("ends what is running when it is disposed, and answers nothing afterwards", async (t) => {
      const { upstream, asked, stopped } = await arrange(t, "silent");
      const texts = textsOf(upstream);
      await asked();
      upstream.dispose();
      upstream.dispose();
      await failureOf(texts, "upstream-unreachable");
      await failureOf(textsOf(upstream), "upstream-unreachable");
      await stopped();
    });
  });
}

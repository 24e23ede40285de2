import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { describeCancelling } from "./describeCancelling.ts";
import { arrange, key, type Kind, piecesOf, stopped, textsOf } from "./upstreamFixture.ts";

const tokens = ["let ", "größe", " = 1;", "\n", "done 🎉"];

const outcomes = {
  whole: undefined,
  silent: { kind: "silent" },
  "goes on": { kind: "stalled", afterTokens: 1 },
} as const;

/** While a socket is open: one for its next ping, one for its age. */
const socketTimers = 2;

/** What every upstream behind a server does, whatever it speaks. */
export function describeUpstream(kind: Kind): void {
  const isSocket = kind === "openai-responses";

  describe(`${kind}: streaming`, () => {
    it("streams the model's text in order and nothing else", async (t) => {
      const { upstream } = await arrange(t, kind, { tokens });
      assert.deepEqual(await textsOf(upstream), tokens);
    });

    it("streams each piece when it comes, not when the answer is over", async (t) => {
      const { upstream } = await arrange(t, kind, {
        tokens,
        outcome: { kind: "stalled", afterTokens: 2 },
      });
      const pieces = piecesOf(upstream);
      assert.equal((await pieces.next()).value, "let ");
      assert.equal((await pieces.next()).value, "größe");
      await pieces.return?.();
    });

    it("ends without text when the model has nothing to say", async (t) => {
      const { upstream } = await arrange(t, kind, { tokens: [] });
      assert.deepEqual(await textsOf(upstream), []);
    });

    it("sends the key as a bearer token and nowhere else", async (t) => {
      const { server, upstream } = await arrange(t, kind);
      await textsOf(upstream);
      const [record] = server.records;
      assert.equal(record?.headers.authorization, `Bearer ${key}`);
      assert.ok(!JSON.stringify([record.body, record.path, upstream.name]).includes(key));
    });

    it("asks ten times in a row over one connection", async (t) => {
      const { server, upstream } = await arrange(t, kind, { tokens });
      for (let i = 0; i < 10; i++) assert.deepEqual(await textsOf(upstream), tokens);
      assert.equal(server.records.length, 10);
      assert.equal(server.connections, 1);
    });

    it("asks again on a new connection when the server had closed the kept one", async (t) => {
      const { server, upstream } = await arrange(t, kind, { tokens });
      await textsOf(upstream);
      // Not awaited: the client has not seen the close when it sends the next request.
      server.closeIdleConnections();
      assert.deepEqual(await textsOf(upstream), tokens);
      assert.equal(server.connections, 2);
      assert.equal(server.records.length, 2);
    });
  });

  describeCancelling(kind, async (t, model) => {
    const outcome = outcomes[model];
    const fixture = await arrange(t, kind, outcome && { outcome });
    const { server, upstream, clock } = fixture;
    return {
      upstream,
      clock: {
        get timers() {
          return Math.max(0, clock.timers - (isSocket ? socketTimers : 0));
        },
      },
      asks: () => server.records.length,
      asked: () => server.until(() => server.records.length === 1),
      stopped: () => stopped(fixture),
    };
  });

  describe(`${kind}: cancelling`, () => {
    it("does not connect for it when the signal has fired before", async (t) => {
      const { server, upstream } = await arrange(t, kind);
      if (isSocket) await server.until(() => server.openConnections === 1);
      await assert.rejects(textsOf(upstream, AbortSignal.abort(new Error("typed on"))), /typed on/);
      assert.equal(server.connections, isSocket ? 1 : 0);
    });

    it("keeps the connection when the signal fires after the end", async (t) => {
      const { server, upstream } = await arrange(t, kind);
      const controller = new AbortController();
      await textsOf(upstream, controller.signal);
      controller.abort(new Error("late"));
      await textsOf(upstream);
      assert.equal(server.connections, 1);
    });

    it("closes every connection when it is disposed", async (t) => {
      const { server, upstream } = await arrange(t, kind);
      await textsOf(upstream);
      upstream.dispose();
      await server.until(() => server.openConnections === 0);
    });
  });
}

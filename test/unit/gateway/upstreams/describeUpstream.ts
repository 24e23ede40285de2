import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { describe, it } from "node:test";
import {
  arrange,
  failureOf,
  key,
  type Kind,
  piecesOf,
  request,
  textsOf,
} from "./upstreamFixture.ts";

const tokens = ["let ", "größe", " = 1;", "\n", "done 🎉"];

/** What every upstream does, whatever it speaks. */
export function describeUpstream(kind: Kind): void {
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

  describe(`${kind}: cancelling`, () => {
    it("does not connect when the signal has fired before", async (t) => {
      const { server, upstream } = await arrange(t, kind);
      const reason = new Error("typed on");
      await assert.rejects(textsOf(upstream, AbortSignal.abort(reason)), reason);
      assert.equal(server.connections, 0);
    });

    it("ends with the reason when it fires in the turn of the request", async (t) => {
      const { upstream } = await arrange(t, kind);
      const controller = new AbortController();
      const reason = new Error("typed on");
      const texts = textsOf(upstream, controller.signal);
      controller.abort(reason);
      await assert.rejects(texts, reason);
    });

    it("closes the connection before the first byte and ends with the reason", async (t) => {
      const { clock, server, upstream } = await arrange(t, kind, { outcome: { kind: "silent" } });
      const controller = new AbortController();
      const reason = new Error("typed on");
      const texts = textsOf(upstream, controller.signal);
      await server.until(() => server.records.length === 1);
      controller.abort(reason);
      await assert.rejects(texts, reason);
      await server.until(() => server.records[0]?.closedAt !== undefined);
      assert.equal(clock.timers, 0);
    });

    it("closes the connection between two pieces and ends with the reason", async (t) => {
      const { clock, server, upstream } = await arrange(t, kind, {
        outcome: { kind: "stalled", afterTokens: 1 },
      });
      const controller = new AbortController();
      const reason = { why: "not even an error" };
      const pieces = piecesOf(upstream, controller.signal);
      await pieces.next();
      const next = pieces.next();
      controller.abort(reason);
      await assert.rejects(next, (thrown) => thrown === reason);
      await server.until(() => server.records[0]?.closedAt !== undefined);
      assert.equal(clock.timers, 0);
    });

    it("closes the connection while its reader is busy with a piece", async (t) => {
      const { server, upstream } = await arrange(t, kind, {
        outcome: { kind: "stalled", afterTokens: 2 },
      });
      const controller = new AbortController();
      const pieces = piecesOf(upstream, controller.signal);
      await pieces.next();
      controller.abort(new Error("typed on"));
      await server.until(() => server.records[0]?.closedAt !== undefined);
      await assert.rejects(Promise.resolve(pieces.next()), /typed on/);
    });

    it("closes the connection when the reader stops reading", async (t) => {
      const { server, upstream } = await arrange(t, kind, {
        outcome: { kind: "stalled", afterTokens: 1 },
      });
      for await (const text of upstream.complete(request(), new AbortController().signal)) {
        assert.equal(text, "hello");
        break;
      }
      await server.until(() => server.records[0]?.closedAt !== undefined);
    });

    it("keeps the connection when the signal fires after the end", async (t) => {
      const { server, upstream } = await arrange(t, kind);
      const controller = new AbortController();
      await textsOf(upstream, controller.signal);
      controller.abort(new Error("late"));
      await textsOf(upstream);
      assert.equal(server.connections, 1);
    });

    it("leaves nothing on the signal when it ends", async (t) => {
      const { clock, upstream } = await arrange(t, kind);
      const { signal } = new AbortController();
      await textsOf(upstream, signal);
      assert.equal(getEventListeners(signal, "abort").length, 0);
      assert.equal(clock.timers, 0);
    });

    it("ends what is running when it is disposed, and answers nothing afterwards", async (t) => {
      const { server, upstream } = await arrange(t, kind, { outcome: { kind: "silent" } });
      const texts = textsOf(upstream);
      await server.until(() => server.records.length === 1);
      upstream.dispose();
      upstream.dispose();
      await failureOf(texts, "upstream-unreachable");
      await failureOf(textsOf(upstream), "upstream-unreachable");
      await server.until(() => server.openConnections === 0);
    });
  });
}

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { OpenaiDouble } from "../../../helpers/openaiDouble/openaiDouble.ts";
import { describeCancelling } from "./describeCancelling.ts";
import {
  answerOf,
  arrange,
  type Fixture,
  isSocket,
  key,
  piecesOf,
  readUntil,
  stopped,
  textOf,
  textsOf,
  type Way,
} from "./upstreamFixture.ts";

const tokens = ["let ", "größe", " = 1;", "\n", "done 🎉"];

const outcomes = {
  whole: undefined,
  silent: { kind: "silent" },
  "goes on": { kind: "stalled", afterTokens: 1 },
} as const;

/** While a socket is open: one for its next ping, one for its age. */
const socketTimers = 2;

/** What every upstream behind a server does, whatever it speaks. */
export function describeUpstream(way: Way): void {
  const ownTimers = isSocket(way) ? socketTimers : 0;
  // A socket stays open behind an answer, and its frames come whole.
  const onlyHttp = isSocket(way) ? () => undefined : it;

  describe(`${way}: streaming`, () => {
    it("streams the model's text in order and nothing else", async (t) => {
      const { upstream } = await arrange(t, way, { tokens });
      assert.equal(await textOf(upstream), tokens.join(""));
    });

    it("streams each piece when it comes, not when the answer is over", async (t) => {
      const { upstream } = await arrange(t, way, {
        tokens,
        outcome: { kind: "stalled", afterTokens: 2 },
      });
      const pieces = piecesOf(upstream);
      await readUntil(pieces, "let größe");
      await pieces.return?.();
    });

    it("ends without text when the model has nothing to say", async (t) => {
      const { upstream } = await arrange(t, way, { tokens: [] });
      assert.equal(await textOf(upstream), "");
    });

    for (const stop of ["done", "limit", "filtered"] as const) {
      it(`says at the end what was counted, and that the model stopped: ${stop}`, async (t) => {
        const { server, upstream } = await arrange(t, way, { tokens, stop });
        const { texts, end } = await answerOf(upstream);
        assert.deepEqual(texts.join(""), tokens.join(""));
        assert.equal(end.stop, stop === "filtered" && hasNoFilter(way) ? "done" : stop);
        assert.deepEqual(end.usage, { ...countedBy(way, server), outputTokens: tokens.length });
      });
    }

    onlyHttp(
      "ends a quarter of a second behind its text where the server leaves the body open",
      async (t) => {
        const { clock, server, upstream } = await arrange(t, way, {
          tokens,
          outcome: { kind: "left-open" },
        });
        const answer = answerOf(upstream);
        await clock.until(2); // the wait for text, and that for the end
        clock.advance(250);
        const { texts, end } = await answer;
        assert.equal(texts.join(""), tokens.join(""));
        assert.equal(end.stop, "done");
        await server.until(() => server.openConnections === 0);
        assert.equal(clock.timerCount, 0);
      },
    );

    it("sends the key where the server wants it and nowhere else", async (t) => {
      const { server, upstream } = await arrange(t, way);
      await textsOf(upstream);
      const [record] = server.records;
      assert.ok(record);
      const { authorization, "x-api-key": apiKey } = record.headers;
      const sent = way.startsWith("anthropic") ? [undefined, key] : [`Bearer ${key}`, undefined];
      assert.deepEqual([authorization, apiKey], sent);
      assert.ok(!JSON.stringify([record.body, record.path, upstream.name]).includes(key));
    });

    it("asks ten times in a row over one connection", async (t) => {
      const { server, upstream } = await arrange(t, way, { tokens });
      for (let i = 0; i < 10; i++) assert.equal(await textOf(upstream), tokens.join(""));
      assert.equal(server.records.length, 10);
      assert.equal(server.connections, 1);
    });

    it("asks again on a new connection when the server had closed the kept one", async (t) => {
      const { server, upstream } = await arrange(t, way, { tokens });
      await textsOf(upstream);
      // Not awaited: the client has not seen the close when it sends the next request.
      server.closeIdleConnections();
      assert.equal(await textOf(upstream), tokens.join(""));
      assert.equal(server.connections, 2);
      assert.equal(server.records.length, 2);
    });
  });

  describeCancelling(way, async (t, model) => {
    const outcome = outcomes[model];
    const fixture = await arrange(t, way, outcome && { outcome });
    const { server, upstream, clock } = fixture;
    return {
      upstream,
      clock: {
        get timerCount() {
          return Math.max(0, clock.timerCount - ownTimers);
        },
      },
      asks: () => server.records.length,
      asked: () => server.until(() => server.records.length === 1),
      stopped: () => stopped(fixture),
    };
  });

  describe(`${way}: cancelling`, () => {
    it("does not connect for it when the signal has fired before", async (t) => {
      const { server, upstream } = await arrange(t, way);
      if (isSocket(way)) await server.until(() => server.openConnections === 1);
      await assert.rejects(textsOf(upstream, AbortSignal.abort(new Error("typed on"))), /typed on/);
      assert.equal(server.connections, isSocket(way) ? 1 : 0);
    });

    onlyHttp("stops the model in the middle of a token", async (t) => {
      const { clock, server, upstream } = await arrange(t, way, {
        tokens,
        outcome: { kind: "stalled-within", afterTokens: 1 },
      });
      const controller = new AbortController();
      const pieces = piecesOf(upstream, controller.signal);
      assert.equal((await pieces.next()).value, tokens[0]);
      const next = pieces.next();
      controller.abort(new Error("typed on"));
      await assert.rejects(Promise.resolve(next), /typed on/);
      await server.until(() => server.records[0]?.closedAt !== undefined);
      assert.equal(clock.timerCount, 0);
    });

    onlyHttp("ends with the reason when it fires between the text and the end", async (t) => {
      const { clock, server, upstream } = await arrange(t, way, {
        tokens,
        outcome: { kind: "left-open" },
      });
      const controller = new AbortController();
      const answer = answerOf(upstream, controller.signal);
      await clock.until(2);
      controller.abort(new Error("typed on"));
      await assert.rejects(answer, /typed on/);
      await server.until(() => server.openConnections === 0);
      assert.equal(clock.timerCount, 0);
    });

    it("keeps the connection when the signal fires after the end", async (t) => {
      const { server, upstream } = await arrange(t, way);
      const controller = new AbortController();
      await textsOf(upstream, controller.signal);
      controller.abort(new Error("late"));
      await textsOf(upstream);
      assert.equal(server.connections, 1);
    });

    it("closes every connection when it is disposed", async (t) => {
      const { server, upstream } = await arrange(t, way);
      await textsOf(upstream);
      upstream.dispose();
      await server.until(() => server.openConnections === 0);
    });
  });
}

/** llama-server and Ollama have no filter, and so no word for it. */
function hasNoFilter(way: Way): boolean {
  return way === "llama.cpp" || way.startsWith("ollama");
}

/** What the doubles count of a prompt: those of OpenAI's form really do. */
function countedBy(way: Way, server: Fixture["server"]): object {
  if (server instanceof OpenaiDouble) {
    const [record] = server.records;
    return { inputTokens: record?.inputTokens, cachedTokens: record?.cachedTokens };
  }
  return { inputTokens: 42, cachedTokens: way.startsWith("ollama") ? undefined : 7 };
}

import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { ScriptedUpstream, type UpstreamScript } from "../../../helpers/scriptedUpstream.ts";
import { SteppedClock } from "./steppedClock.ts";
import { trustedCertificate } from "./trustedCertificate.ts";
import { answerOf, failureOf, piecesOf, textOf, textsOf, upstreamOf } from "./upstreamFixture.ts";

describe("a server behind TLS", () => {
  const { certificate, skip } = trustedCertificate();

  async function arrange(
    t: TestContext,
    speaks: "h2" | "http/1.1",
    script: UpstreamScript = {},
    settings = {},
  ) {
    assert.ok(certificate);
    const tls = { ...certificate, speaks, settings };
    const server = await new ScriptedUpstream(script, tls).listen();
    const clock = new SteppedClock();
    const upstream = upstreamOf("openai-compatible", server.url, clock);
    t.after(async () => {
      upstream.dispose();
      await server.close();
    });
    return { server, upstream, clock };
  }

  for (const speaks of ["h2", "http/1.1"] as const) {
    it(
      `is asked over ${speaks}, always over the connection that found out`,
      { skip },
      async (t) => {
        const { server, upstream } = await arrange(t, speaks);
        for (let i = 0; i < 5; i++) {
          const { texts, end } = await answerOf(upstream);
          assert.equal(texts.join(""), "hello world");
          assert.equal(end.usage?.inputTokens, 42);
        }
        assert.equal(server.connections, 1);
        const version = server.records.map(({ headers }) => ":path" in headers);
        assert.ok(version.every((isHttp2) => isHttp2 === (speaks === "h2")));
      },
    );

    it(`answers many at once over ${speaks} from the first on`, { skip }, async (t) => {
      const { server, upstream } = await arrange(t, speaks, { tokenMs: 1 });
      const all = await Promise.all(Array.from({ length: 20 }, () => textsOf(upstream)));
      assert.ok(all.every((texts) => texts.join("") === "hello world"));
      assert.equal(server.connections, speaks === "h2" ? 1 : 20);
    });
  }

  for (const outcome of [
    { kind: "silent" },
    { kind: "stalled", afterTokens: 1 },
    { kind: "stalled-within", afterTokens: 1 },
  ] as const) {
    it(
      `keeps an HTTP/2 connection when an answer is cancelled: ${outcome.kind}`,
      { skip },
      async (t) => {
        const { server, upstream, clock } = await arrange(t, "h2", { outcome });
        const controller = new AbortController();
        const pieces = piecesOf(upstream, controller.signal);
        if (outcome.kind !== "silent") assert.equal((await pieces.next()).value, "hello");
        const next = Promise.resolve(pieces.next());
        await server.until(() => server.records.length === 1);
        controller.abort(new Error("typed on"));
        await assert.rejects(next, /typed on/);
        await server.until(() => server.records[0]?.closedAt !== undefined);
        server.script = {};
        assert.equal(await textOf(upstream), "hello world");
        assert.equal(server.connections, 1);
        assert.equal(clock.timerCount, 0);
      },
    );
  }

  it("has another HTTP/2 connection where one takes no more requests", { skip }, async (t) => {
    const { server, upstream } = await arrange(t, "h2", {}, { maxConcurrentStreams: 2 });
    await textsOf(upstream); // the server has said how many by now
    server.script = { outcome: { kind: "stalled", afterTokens: 1 } };
    const answers = [1, 2, 3, 4].map(() => piecesOf(upstream));
    for (const pieces of answers) assert.equal((await pieces.next()).value, "hello");
    assert.equal(server.connections, 2);
    for (const pieces of answers) await pieces.return?.();
    await server.until(() => server.records.slice(1).every(({ closedAt }) => closedAt));
    server.script = {};
    assert.equal(await textOf(upstream), "hello world");
    assert.equal(server.connections, 2);
  });

  for (const isKnown of [true, false])
    it(
      `answers each of a crowd larger than it takes on one HTTP/2 connection, ${isKnown ? "as it has said" : "as it is yet to say"}`,
      { skip },
      async (t) => {
        const { server, upstream } = await arrange(t, "h2", {}, { maxConcurrentStreams: 2 });
        if (isKnown) await textsOf(upstream);
        server.script = { tokenMs: 1 };
        const all = await Promise.all(Array.from({ length: 10 }, () => textOf(upstream)));
        assert.deepEqual(new Set(all), new Set(["hello world"]));
        assert.ok(server.connections <= 6, `${server.connections} connections`);
      },
    );

  it(
    "has one listener for its HTTP/2 connection, however many are cancelled",
    { skip },
    async (t) => {
      const { server, upstream, clock } = await arrange(t, "h2", { outcome: { kind: "silent" } });
      const warnings: Error[] = [];
      const note = (warning: Error) => void warnings.push(warning);
      process.on("warning", note);
      t.after(() => process.off("warning", note));
      for (let asked = 1; asked <= 12; asked++) {
        const controller = new AbortController();
        const texts = textsOf(upstream, controller.signal);
        await server.until(() => server.records.length === asked);
        controller.abort(new Error("typed on"));
        await assert.rejects(texts, /typed on/);
        await server.until(() => server.records.every(({ closedAt }) => closedAt !== undefined));
      }
      server.script = {};
      await textsOf(upstream); // behind the last pong
      assert.deepEqual([warnings, clock.timerCount], [[], 0]);
    },
  );

  it("is asked again on a new connection when it had closed the kept one", { skip }, async (t) => {
    const { server, upstream } = await arrange(t, "h2");
    await textsOf(upstream);
    server.dropConnections(); // not awaited: the client has not seen the close when it sends the next request
    assert.equal(await textOf(upstream), "hello world");
    assert.equal(server.connections, 2);
  });

  it("fails as ever when it cuts an HTTP/2 answer off", { skip }, async (t) => {
    const outcome = { kind: "cut-off", afterTokens: 1 } as const;
    const { upstream } = await arrange(t, "h2", { outcome });
    await failureOf(textsOf(upstream), "upstream-down");
  });

  it("loses an HTTP/2 connection that answers nothing, not even a ping", { skip }, async (t) => {
    const { server, upstream, clock } = await arrange(t, "h2");
    await textsOf(upstream);
    server.pauseConnections();
    const controller = new AbortController();
    const texts = textsOf(upstream, controller.signal);
    await clock.until(1);
    controller.abort(new Error("typed on"));
    await assert.rejects(texts, /typed on/);
    await clock.until(1); // that for the ping
    clock.advance(2_000);
    assert.equal(await textOf(upstream), "hello world");
    assert.equal(server.connections, 2);
  });
});

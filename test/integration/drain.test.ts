import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, it, type TestContext } from "node:test";
import { WebSocket } from "ws";
import { systemClock } from "../../src/base/clock.ts";
import { Failure, type FailureCode } from "../../src/base/failure.ts";
import { ClientLink } from "../../src/link/clientLink.ts";
import { localProfile } from "../../src/link/linkProfile.ts";
import { PersistentLink } from "../../src/link/persistentLink.ts";
import { dialWebSocket } from "../../src/link/wsSocket.ts";
import { subprotocol } from "../../src/wire/limits.ts";
import { type HostedGateway, startHostedGateway, teamToken } from "../helpers/hostedGateway.ts";
import { openLink } from "../helpers/openLink.ts";
import { AskedDocuments, textOf } from "../helpers/requests.ts";
import { ScriptedUpstream } from "../helpers/scriptedUpstream.ts";

const never = new AbortController().signal;
const isFailure = (code: FailureCode) => (error: unknown) =>
  error instanceof Failure && error.code === code;

async function start(t: TestContext) {
  const upstream = await new ScriptedUpstream({}).listen();
  t.after(() => upstream.close());
  const gateway = await startHostedGateway(upstream.url, (action) => {
    t.after(action);
  });
  return { upstream, gateway };
}

const dial = (gateway: HostedGateway) => dialWebSocket(gateway.address, teamToken, never);

describe("a hosted gateway that is told to end", () => {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    it(`closes its links with 1001 upon a second ${signal}, stops the model and exits with 0`, async (t) => {
      const { gateway, upstream } = await start(t);
      upstream.script = { tokens: ["a"], outcome: { kind: "stalled", afterTokens: 1 } };
      const { ask, lost } = await openLink(await dial(gateway));
      const pieces = ask();
      await pieces.next();
      gateway.kill(signal);
      await untilDraining(gateway);
      gateway.kill(signal);
      assert.match((await lost).message, /code 1001/);
      await assert.rejects(pieces.next(), isFailure("link-lost"));
      await upstream.until(() => upstream.records[0]?.closedAt !== undefined);
      assert.deepEqual(await gateway.ended, { code: 0, signal: null });
    });
  }

  it("upon SIGTERM lets in nobody new, says so, and ends when its clients have left", async (t) => {
    const { gateway, upstream } = await start(t);
    upstream.script = { tokens: ["all ", "of it"], firstTextMs: 300, tokenMs: 50 };
    const wentAway = Promise.withResolvers<undefined>();
    const asked = new AskedDocuments();
    const link = new ClientLink({
      socket: await dial(gateway),
      clock: systemClock,
      client: "test/1",
      documents: asked.documents,
      profile: localProfile,
      onEnded: () => undefined,
      onGoAway: () => {
        wentAway.resolve(undefined);
      },
    });
    await link.welcome;
    const answer = textOf(link.complete(asked.ask(), never));
    await upstream.until(() => upstream.records.length === 1);
    gateway.kill("SIGTERM");
    await wentAway.promise;
    assert.equal((await fetch(`${gateway.http}/readyz`)).status, 503);
    assert.equal((await fetch(`${gateway.http}/healthz`)).status, 200);
    await assert.rejects(dial(gateway), { code: "gateway-unreachable", message: /HTTP 503/ });
    assert.equal(await answer, "all of it");
    assert.equal(await textOf(link.complete(asked.ask(), never)), "all of it", "while it waits");
    link.dispose();
    assert.deepEqual(await gateway.ended, { code: 0, signal: null });
  });

  it("is left for another one without losing an answer", async (t) => {
    const { gateway, upstream } = await start(t);
    const other = await startHostedGateway(upstream.url, (action) => {
      t.after(action);
    });
    upstream.script = { tokens: ["all ", "of it"], firstTextMs: 300, tokenMs: 50 };
    const ways = [gateway, other, other];
    const asked = new AskedDocuments();
    const link = new PersistentLink({
      dial: () => dial(ways.shift() ?? other),
      clock: systemClock,
      random: () => 0,
      client: "test/1",
      documents: asked.documents,
      profile: () => localProfile,
    });
    t.after(() => {
      link.dispose();
    });
    await link.ready(never);
    const answers = [1, 2, 3].map((at) =>
      textOf(link.complete(asked.ask(undefined, { path: `app/${at}.ts` }), never)),
    );
    await upstream.until(() => upstream.records.length === 3);
    gateway.kill("SIGTERM");
    assert.deepEqual(await Promise.all(answers), ["all of it", "all of it", "all of it"]);
    assert.deepEqual(await gateway.ended, { code: 0, signal: null });
    assert.equal(await textOf(link.complete(asked.ask(), never)), "all of it");
    assert.equal(link.connectionCount, 2);
  });

  it("is not held up at its end by a client that does not answer", async (t) => {
    const { gateway } = await start(t);
    const headers = { Authorization: `Bearer ${teamToken}` };
    const ws = new WebSocket(gateway.address, [subprotocol], { headers });
    t.after(() => {
      ws.terminate();
    });
    await once(ws, "open");
    ws.pause();
    const startedAt = performance.now();
    gateway.kill("SIGTERM");
    assert.deepEqual(await gateway.ended, { code: 0, signal: null });
    assert.ok(performance.now() - startedAt < 9_500, "a container would have been killed");
  });
});

/** Waits until the gateway has understood that it shall end. */
async function untilDraining(gateway: HostedGateway): Promise<void> {
  while ((await fetch(`${gateway.http}/readyz`)).status !== 503);
}

import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { Failure, type FailureCode } from "../../src/base/failure.ts";
import { dialWebSocket } from "../../src/link/wsSocket.ts";
import { type HostedGateway, startConfiguredGateway, teamToken } from "../helpers/hostedGateway.ts";
import { openLink } from "../helpers/openLink.ts";
import { textOf } from "../helpers/requests.ts";
import { ScriptedUpstreamProcess } from "../helpers/scriptedUpstreamProcess.ts";
import { ScriptedUpstream, type UpstreamScript } from "../helpers/scriptedUpstream.ts";

const never = new AbortController().signal;
const isFailure = (code: FailureCode) => (error: unknown) =>
  error instanceof Failure && error.code === code;

async function model(t: TestContext, script: UpstreamScript): Promise<ScriptedUpstream> {
  const upstream = await new ScriptedUpstream(script).listen();
  t.after(() => upstream.close());
  return upstream;
}

const listed = (upstream: ScriptedUpstream | string, more: object = {}) => ({
  kind: "openai-compatible",
  url: typeof upstream === "string" ? upstream : upstream.url,
  ...more,
});

const start = (t: TestContext, config: object) =>
  startConfiguredGateway(config, (action) => {
    t.after(action);
  });

async function open(gateway: HostedGateway, token = teamToken) {
  return openLink(await dialWebSocket(gateway.address, token, never));
}

describe("a hosted gateway with several upstreams", () => {
  it("asks the next one while the first is down, and the first again when it is up", async (t) => {
    const first = await model(t, { tokens: ["from the first"] });
    const second = await model(t, { tokens: ["from the second"] });
    first.script = { outcome: { kind: "status", status: 500, body: {} } };
    const gateway = await start(t, { upstreams: [listed(first), listed(second)] });
    const { link, ask } = await open(gateway);
    for (const text of ["a█", "b█", "c█", "d█"])
      assert.equal(await textOf(ask(text)), "from the second");
    assert.equal(first.records.length, 2, "it is left alone after two failures");
    await gateway.log.matching(/is left alone for 1 s: upstream-down/);
    first.script = { tokens: ["from the first"] };
    let text = "";
    for (let key = 0; text !== "from the first"; key++) text = await textOf(ask(`${key}█`));
    await gateway.log.matching(/answers again/);
    link.dispose();
  });

  it("goes on to the next one where nobody listens, and says who answers to the next client", async (t) => {
    const second = await model(t, {});
    const upstreams = [listed("http://127.0.0.1:1"), listed(second, { model: "spare" })];
    const gateway = await start(t, { upstreams });
    const early = await open(gateway);
    assert.match(early.upstream, /127\.0\.0\.1:1$/);
    for (const text of ["a█", "b█"]) assert.equal(await textOf(early.ask(text)), "hello world");
    const late = await open(gateway);
    assert.match(late.upstream, /^spare/);
    for (const { link } of [early, late]) link.dispose();
  });

  it("does not move an answer that has begun", async (t) => {
    const first = await model(t, {
      tokens: ["half", "more"],
      outcome: { kind: "cut-off", afterTokens: 1 },
    });
    const second = await model(t, {});
    const gateway = await start(t, { upstreams: [listed(first), listed(second)] });
    const { link, ask } = await open(gateway);
    await assert.rejects(textOf(ask()), isFailure("upstream-down"));
    assert.equal(second.records.length, 0);
    link.dispose();
  });

  it("leaves a slow one for the next, and stops it", async (t) => {
    const slow = await model(t, { outcome: { kind: "silent" } });
    const second = await model(t, {});
    const gateway = await start(t, { upstreams: [listed(slow), listed(second)], tryTimeoutMs: 50 });
    const { link, ask } = await open(gateway);
    assert.equal(await textOf(ask()), "hello world");
    await slow.until(() => slow.records[0]?.closedAt !== undefined);
    link.dispose();
  });

  it("makes one question of what two clients of a team ask alike, and stops it when both have left", async (t) => {
    const upstream = await model(t, {
      tokens: ["a"],
      outcome: { kind: "stalled", afterTokens: 1 },
    });
    const gateway = await start(t, { upstreams: [listed(upstream)] });
    gateway.setTeams({ team: teamToken, other: "another-token" });
    await gateway.log.matching(/2 tenants/);
    const clients = [
      await open(gateway),
      await open(gateway),
      await open(gateway, "another-token"),
    ];
    const answers = clients.map(({ ask }) => ask("the same █"));
    await Promise.all(answers.map((answer) => answer.next()));
    assert.equal(upstream.records.length, 2, "one for each team");
    const closed = () => upstream.records.filter(({ closedAt }) => closedAt !== undefined).length;
    clients[2]?.link.dispose();
    await upstream.until(() => closed() === 1);
    clients[0]?.link.dispose();
    await gateway.log.matching(/link closed by team/);
    assert.equal(closed(), 1, "one of its team still reads");
    clients[1]?.link.dispose();
    await upstream.until(() => closed() === 2);
  });

  it("answers the newest of those that wait for a busy model, and refuses the oldest with a next step", async (t) => {
    const upstream = await model(t, { firstTextMs: 100 });
    const limits = { waitingPerTenant: 2 };
    const gateway = await start(t, { upstreams: [listed(upstream, { maxRequests: 1 })], limits });
    const { link, ask } = await open(gateway);
    const paths = ["1", "2", "3", "4"];
    const ends: string[] = [];
    const asks = paths.map(async (path) => {
      try {
        ends.push(`${path} ${await textOf(ask(`${path}█`, { path }))}`);
      } catch (error) {
        ends.push(
          `${path} ${Failure.from(error).code}, ${/ask again/.exec(String(error))?.[0] ?? ""}`,
        );
      }
    });
    await Promise.all(asks);
    assert.deepEqual(ends, [
      "2 busy, ask again",
      "1 hello world",
      "4 hello world",
      "3 hello world",
    ]);
    link.dispose();
  });
});

describe("a hosted gateway under load", () => {
  it("answers 1,000 streams asked for at once, each with its own text", async (t) => {
    const upstream = await ScriptedUpstreamProcess.start({ firstTextMs: 8_000, isNumbered: true });
    t.after(() => upstream.close());
    const patient = listed(upstream.url, { firstTextTimeoutMs: 60_000 });
    const gateway = await start(t, { upstreams: [patient] });
    const clients = await Promise.all(Array.from({ length: 100 }, () => open(gateway)));
    const asks: Promise<string>[] = [];
    for (const [client, { ask }] of clients.entries()) {
      for (let document = 0; document < 10; document++)
        asks.push(textOf(ask(`${client} ${document}█`, { path: String(document) })));
    }
    const texts = await Promise.all(asks);
    assert.equal(new Set(texts).size, 1_000);
    assert.ok(texts.every((text) => /^\d+hello world$/.test(text)));
    const { records } = await upstream.records();
    const lastBegin = Math.max(...records.map(({ receivedAt }) => receivedAt));
    const firstEnd = Math.min(...records.map(({ tokensAt }) => tokensAt.at(-1) ?? 0));
    assert.ok(lastBegin < firstEnd, "all of them are under way at once");
    const { streams } = (await (await fetch(`${gateway.http}/healthz`)).json()) as {
      streams: unknown;
    };
    assert.deepEqual(streams, { end: 1_000, cancelled: 0, failed: 0 });
    for (const { link } of clients) link.dispose();
  });
});

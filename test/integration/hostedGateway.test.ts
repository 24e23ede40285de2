import assert from "node:assert/strict";
import { once } from "node:events";
import { get } from "node:http";
import { connect } from "node:net";
import { describe, it, type TestContext } from "node:test";
import { WebSocket } from "ws";
import { Failure, type FailureCode } from "../../src/base/failure.ts";
import { WsSocket, dialWebSocket } from "../../src/link/wsSocket.ts";
import { subprotocol } from "../../src/wire/limits.ts";
import { certificateFor } from "../helpers/certificate.ts";
import { type HostedGateway, startHostedGateway, teamToken } from "../helpers/hostedGateway.ts";
import { openLink } from "../helpers/openLink.ts";
import { textOf } from "../helpers/requests.ts";
import { ScriptedUpstream } from "../helpers/scriptedUpstream.ts";

const never = new AbortController().signal;
const isFailure = (code: FailureCode) => (error: unknown) =>
  error instanceof Failure && error.code === code;

async function start(t: TestContext, more: readonly string[] = []) {
  const upstream = await new ScriptedUpstream({}).listen();
  t.after(() => upstream.close());
  const gateway = await startHostedGateway(
    upstream.url,
    (action) => {
      t.after(action);
    },
    more,
  );
  return { upstream, gateway };
}

const dial = (gateway: HostedGateway, token = teamToken) =>
  dialWebSocket(gateway.address, token, never);

describe("a hosted gateway", () => {
  it("completes what a team asks, and says which model answers", async (t) => {
    const { gateway, upstream } = await start(t, ["--upstream-model", "tiny"]);
    const { link, ask, upstream: name } = await openLink(await dial(gateway));
    assert.equal(await textOf(ask()), "hello world");
    assert.match(name, /tiny/);
    assert.equal(upstream.records[0]?.body["model"], "tiny");
    link.dispose();
  });

  it("answers three asks of one document side by side, two of them ahead, and counts an end for each", async (t) => {
    const { gateway, upstream } = await start(t);
    upstream.tokensFor = ({ prompt, suffix = "" }) => [`${String(prompt)}|${String(suffix)}`];
    const { link, ask } = await openLink(await dial(gateway));
    const speculate = (text: string, deletedAfterChars: number) =>
      ask("let a = █1;\n", { keepsOlder: true, ahead: { text, deletedAfterChars } });
    const answers = [ask("let a = █1;\n"), speculate("f(2)", 1), speculate("f(2);\n", 3)];
    assert.deepEqual(await Promise.all(answers.map(textOf)), [
      "let a = |1;\n",
      "let a = f(2)|;\n",
      "let a = f(2);\n|",
    ]);
    const { streams } = (await (await fetch(`${gateway.http}/healthz`)).json()) as {
      streams: unknown;
    };
    assert.deepEqual(streams, { end: 3, cancelled: 0, failed: 0 });
    link.dispose();
  });

  it("stops the model for all three at once when a key supersedes them", async (t) => {
    const { gateway, upstream } = await start(t);
    upstream.script = { tokens: ["a"], outcome: { kind: "stalled", afterTokens: 1 } };
    const { link, ask, documents } = await openLink(await dial(gateway));
    const ahead = (text: string) =>
      ask("a = █;", { keepsOlder: true, ahead: { text, deletedAfterChars: 0 } });
    const answers = [ask("a = █;"), ahead("f(2)"), ahead("f(3)")];
    await Promise.all(answers.map((pieces) => pieces.next()));
    assert.ok(upstream.records.every(({ closedAt }) => closedAt === undefined));
    const key = link.complete(documents.type("1", 4), never);
    const ends = answers.map((pieces) => assert.rejects(pieces.next(), isFailure("superseded")));
    await Promise.all([...ends, key.next()]);
    await upstream.until(
      () => upstream.records.filter(({ closedAt }) => closedAt !== undefined).length === 3,
    );
    assert.equal(upstream.records.at(-1)?.closedAt, undefined);
    link.dispose();
  });

  it("answers a confined request with nothing and asks no model", async (t) => {
    const { gateway, upstream } = await start(t);
    const { link, ask } = await openLink(await dial(gateway));
    assert.equal(await textOf(ask("a█", { isConfined: true })), "");
    assert.deepEqual(upstream.records, []);
    link.dispose();
  });

  it("stops the model when a request is cancelled, and when its client is gone", async (t) => {
    const { gateway, upstream } = await start(t);
    upstream.script = { tokens: ["a"], outcome: { kind: "stalled", afterTokens: 1 } };
    const { link, ask } = await openLink(await dial(gateway));
    const controller = new AbortController();
    const first = ask("a█", { path: "a", signal: controller.signal });
    const second = ask("b█", { path: "b" });
    await Promise.all([first.next(), second.next()]);
    controller.abort(new Error("typed on"));
    await assert.rejects(first.next(), /typed on/);
    const closed = () => upstream.records.filter(({ closedAt }) => closedAt !== undefined).length;
    await upstream.until(() => closed() === 1);
    link.dispose();
    await upstream.until(() => closed() === 2);
  });

  it("lets in no one without the right token, from a web page or at another address", async (t) => {
    const { gateway } = await start(t);
    await assert.rejects(dial(gateway, "wrong"), isFailure("unauthorized"));
    const authorization = { Authorization: `Bearer ${teamToken}` };
    const { address } = gateway;
    const attempts: readonly (readonly [number, string, Record<string, string>])[] = [
      [401, address, {}],
      [401, address, { Authorization: `Basic ${teamToken}` }],
      [401, address, { Authorization: `Bearer ${teamToken} more` }],
      [401, address, { Authorization: "Bearer " }],
      [401, `${address}?token=${teamToken}`.replace("?token", "#token"), {}],
      [403, address, { ...authorization, Origin: "https://evil.example" }],
      [403, address, { Origin: "null" }],
      [400, address, authorization],
      [404, address.replace("/v1/link", "/v2/link"), authorization],
      [404, `${address}/`, authorization],
      [404, `${address}?a=1`, authorization],
    ];
    for (const [status, url, headers] of attempts) {
      assert.equal(await statusOf(url, headers), status, `${url} ${JSON.stringify(headers)}`);
    }
    assert.ok(!gateway.log.all.join("\n").includes(teamToken));
  });

  it("lets go of a connection it has refused", async (t) => {
    const { gateway } = await start(t);
    const { port } = new URL(gateway.http);
    const socket = connect({ port: Number(port), host: "127.0.0.1", allowHalfOpen: true });
    t.after(() => socket.destroy());
    socket.on("error", () => undefined);
    socket.write(
      "GET /v1/link HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
    );
    const [answer] = (await once(socket, "data")) as [Buffer];
    assert.match(answer.toString(), /^HTTP\/1.1 401 /);
    await once(socket, "end");
    while (!socket.destroyed) {
      socket.write("still here");
      await new Promise(setImmediate);
    }
  });

  it("answers a request whose body it does not want at once, and waits for none of it", async (t) => {
    const { gateway } = await start(t);
    for (const method of ["GET", "POST"]) {
      const socket = connect({ port: Number(new URL(gateway.http).port), host: "127.0.0.1" });
      t.after(() => socket.destroy());
      socket.write(`${method} /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n`);
      socket.resume();
      await once(socket, "end", { signal: AbortSignal.timeout(3_000) });
    }
  });

  it("answers plain requests for its health and refuses others", async (t) => {
    const { gateway } = await start(t);
    const { link, ask } = await openLink(await dial(gateway));
    await textOf(ask());
    const health = await fetch(`${gateway.http}/healthz`);
    assert.deepEqual(await health.json(), {
      status: "ok",
      links: { open: 1, total: 1 },
      streams: { end: 1, cancelled: 0, failed: 0 },
    });
    const status = async (path: string, method = "GET") =>
      (await fetch(gateway.http + path, { method })).status;
    assert.equal(await status("/readyz"), 200);
    assert.equal(await status("/v1/link"), 426);
    assert.equal(await status("/"), 404);
    assert.equal(await status("/healthz/../secret"), 404);
    assert.equal(await status("/healthz", "POST"), 405);
    assert.equal(await status("/healthz", "HEAD"), 200);
    const upgrade = (path: string) => statusOf(gateway.http + path, { Upgrade: "h2c" });
    assert.equal(await upgrade("/healthz"), 200);
    assert.equal(await upgrade("/v1/link"), 426);
    assert.equal(await upgrade("/"), 404);
    link.dispose();
  });

  it("goes on when nobody reads its log any more", async (t) => {
    const { gateway } = await start(t);
    gateway.leaveOutput();
    for (let time = 0; time < 3; time++) {
      const { link, ask } = await openLink(await dial(gateway)); // each link is logged
      assert.equal(await textOf(ask()), "hello world");
      link.dispose();
    }
  });

  it("takes up no compression that is offered, and names its subprotocol", async (t) => {
    const { gateway } = await start(t);
    const ws = new WebSocket(gateway.address, [subprotocol], {
      headers: { Authorization: `Bearer ${teamToken}` },
      perMessageDeflate: true,
    });
    await once(ws, "open");
    assert.equal(ws.extensions, "");
    assert.equal(ws.protocol, subprotocol);
    ws.terminate();
  });

  it("drops the links of a team whose token is taken away, and no others", async (t) => {
    const { gateway } = await start(t);
    gateway.setTeams({ team: teamToken, other: "another-token" });
    await gateway.log.matching(/2 tenants/);
    const mine = await openLink(await dial(gateway));
    const others = await openLink(await dial(gateway, "another-token"));
    gateway.setTeams({ other: "another-token" });
    const { code, message } = await mine.lost;
    assert.equal(code, "unauthorized");
    assert.match(message, /no longer knows the token, code 4401/);
    assert.equal(await textOf(others.ask()), "hello world");
    await assert.rejects(dial(gateway), isFailure("unauthorized"));
    others.link.dispose();
  });

  it("serves wss with its certificate, which a client must trust", async (t) => {
    const made = certificateFor(t);
    if (!made) return;
    const files = ["--tls-cert", made.certFile, "--tls-key", made.keyFile];
    const { gateway } = await start(t, files);
    assert.match(gateway.address, /^wss:/);
    await assert.rejects(dial(gateway), isFailure("gateway-unreachable"));
    const ws = new WebSocket(gateway.address, [subprotocol], {
      headers: { Authorization: `Bearer ${teamToken}` },
      ca: made.cert,
    });
    await once(ws, "open");
    const { link, ask } = await openLink(new WsSocket(ws));
    assert.equal(await textOf(ask()), "hello world");
    link.dispose();
  });
});

/** The status an upgrade request is answered with. */
async function statusOf(address: string, headers: Record<string, string>): Promise<number> {
  const request = get(address.replace(/^ws/, "http"), {
    headers: {
      Connection: "Upgrade",
      Upgrade: "websocket",
      "Sec-WebSocket-Version": "13",
      "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
      ...headers,
    },
  });
  const answered = once(request, "response") as Promise<[{ statusCode: number; resume(): void }]>;
  const upgraded = once(request, "upgrade").then(() => 101);
  const [first] = await Promise.all([
    Promise.race([
      answered.then(([response]) => (response.resume(), response.statusCode)),
      upgraded,
    ]),
  ]);
  request.destroy();
  return first;
}

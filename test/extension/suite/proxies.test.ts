import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite, suiteSetup, suiteTeardown, teardown, test } from "mocha";
import { SUITE_AUTHORITY } from "../../editor/suiteReport.ts";
import { BlockingFront } from "../../helpers/blockingFront.ts";
import { type Certificate, signCertificate } from "../../helpers/certificate.ts";
import { TestProxy } from "../../helpers/testProxy.ts";
import {
  closeAll,
  linkReady,
  pressAndHear,
  quietEditor,
  restoreSettings,
  setSettings,
  showFile,
  slipstream,
  statusSays,
  until,
} from "./editorWindow.ts";
import { endServers, startHostedGateway, startModel, startServer, teamToken } from "./servers.ts";
import { joinGateway } from "./stubs.ts";

const words = "const first = 1;\nconst second = 2;\n";
const host = "gateway.test";
const takenBackLimitMs = 25_000;

/** A gateway as a process, for a token that the window has. */
async function startGateway(more: readonly string[] = []) {
  const model = await startModel({ tokens: ["econdFromTheModel;"] });
  return startHostedGateway(teamToken, model.url, 0, more);
}

/** Types into a new file and checks that the gateway's model answers. */
async function assertAnswers(path: string): Promise<void> {
  await showFile(path, words);
  // The engine knows no such word: a draft of it, typed along before a slow way has answered, would stay.
  const { result } = await pressAndHear("quux");
  assert.equal(result.suggestion?.text, "econdFromTheModel;", JSON.stringify(result));
  assert.equal(result.suggestion.origin, "remote");
}

async function cleanUp(): Promise<void> {
  await closeAll();
  await setSettings({ "slipstream.gateway.url": undefined });
  for (const name of ["http.proxy", "http.noProxy", "http.proxySupport"])
    await setSettings({ [name]: undefined });
  await endServers();
}

suite("A hosted gateway behind a company's proxy", () => {
  let folder: string;

  suiteSetup(async () => {
    folder = mkdtempSync(join(tmpdir(), "proxies-"));
    await quietEditor();
  });
  suiteTeardown(async () => {
    await restoreSettings();
    rmSync(folder, { recursive: true });
  });
  teardown(cleanUp);

  /** A certificate that this editor trusts, by an authority that was there when it started. */
  function certificate(): Certificate | undefined {
    const given = process.env[SUITE_AUTHORITY];
    return given === undefined
      ? undefined
      : signCertificate(folder, JSON.parse(given) as Certificate, host);
  }

  const useProxy = async (proxy: TestProxy, support: string, url: string) => {
    await setSettings({ "http.proxy": proxy.url, "http.proxySupport": support });
    await joinGateway(url, teamToken);
  };

  for (const support of ["override", "on"]) {
    test(`is reached through a tunnel for those with a password (proxySupport ${support})`, async function () {
      const own = certificate();
      if (!own) this.skip(); // no openssl here, or an editor that was started without the authority
      const gateway = await startGateway(["--tls-cert", own.certFile, "--tls-key", own.keyFile]);
      const hosts = { [host]: gateway.port };
      const proxy = await startServer(new TestProxy({ hosts, credentials: "me:secret" }));
      await useProxy(proxy, support, `wss://${host}`);
      await linkReady();
      const { tunnels } = proxy;
      await assertAnswers(`tunnel-${support}.ts`);
      assert.ok(tunnels > 0);
      assert.equal(proxy.tunnels, tunnels, "it goes over the one WebSocket");
      assert.equal(proxy.forwarded, 0);
    });
  }

  test("is not reached with a wrong password, which leaves the drafts", async function () {
    const own = certificate();
    if (!own) this.skip();
    const view = await slipstream();
    const gateway = await startGateway(["--tls-cert", own.certFile, "--tls-key", own.keyFile]);
    const hosts = { [host]: gateway.port };
    const proxy = await startServer(new TestProxy({ hosts, credentials: "me:secret" }));
    await setSettings({ "http.proxy": proxy.url.replace("secret", "wrong") });
    await joinGateway(`wss://${host}`, teamToken);
    await until("the link is refused", () => view.link().kind === "refused");
    await statusSays(/the proxy on the way wants a name and password/);
    assert.equal(proxy.tunnels, 0);
    await showFile("wrong.ts", words);
    const { result } = await pressAndHear("const s");
    assert.equal(result.suggestion?.origin, "draft");
    assert.ok(!JSON.stringify(view.logLines()).includes("me:"), "a password in the log");
  });

  test("is reached through a proxy that reads what it tunnels", async function () {
    const intercepts = certificate();
    if (!intercepts) this.skip();
    const gateway = await startGateway();
    const hosts = { [host]: gateway.port };
    const proxy = await startServer(new TestProxy({ hosts, intercepts }));
    await useProxy(proxy, "override", `wss://${host}`);
    await linkReady();
    const { tunnels } = proxy;
    await assertAnswers("intercepted.ts");
    assert.ok(tunnels > 0);
    assert.equal(proxy.tunnels, tunnels, "it goes over the one WebSocket");
  });

  test("is reached over plain HTTP through one that reads along and lets no WebSocket through", async function () {
    const intercepts = certificate();
    if (!intercepts) this.skip();
    const gateway = await startGateway();
    const front = await startServer(new BlockingFront(`http://127.0.0.1:${gateway.port}`, 403));
    const hosts = { [host]: Number(new URL(front.url).port) };
    const proxy = await startServer(new TestProxy({ hosts, intercepts, credentials: "me:secret" }));
    await useProxy(proxy, "override", `wss://${host}`);
    await linkReady();
    await assertAnswers("intercepted-blocked.ts");
    assert.equal(front.upgrades, 1);
    assert.ok(front.posts > 2);
  });

  test("is dialled past the proxy where http.noProxy names it", async () => {
    const view = await slipstream();
    const gateway = await startGateway();
    const proxy = await startServer(new TestProxy({ hosts: { [host]: gateway.port } }));
    await setSettings({ "http.proxy": proxy.url, "http.noProxy": [host] });
    await joinGateway(`ws://${host}`, teamToken);
    await until("a name that only the proxy knows is not found", () => {
      const state = view.link();
      return state.kind === "waiting" && /ENOTFOUND|EAI_AGAIN/.test(state.failure.message);
    });
    assert.deepEqual([proxy.tunnels, proxy.forwarded], [0, 0]);
  });

  test("is reached over plain HTTP through one that takes the upgrade away", async () => {
    const gateway = await startGateway();
    const hosts = { [host]: gateway.port };
    const proxy = await startServer(new TestProxy({ hosts, credentials: "me:secret" }));
    await useProxy(proxy, "override", `ws://${host}`);
    await linkReady();
    await assertAnswers("forwarded.ts");
    assert.equal(proxy.tunnels, 0);
    assert.ok(proxy.forwarded > 2);
  });
});

suite("A hosted gateway whose WebSockets are blocked", () => {
  suiteSetup(quietEditor);
  suiteTeardown(restoreSettings);
  teardown(cleanUp);

  for (const rule of [403, 426, "silent"] as const) {
    test(`is linked over plain HTTP within two seconds: ${rule}`, async () => {
      const view = await slipstream();
      const { port } = await startGateway();
      const front = await startServer(new BlockingFront(`http://127.0.0.1:${port}`, rule));
      const connections = view.connectionCount();
      const dialledAt = performance.now();
      await joinGateway(front.url, teamToken);
      await until("a link", () => view.connectionCount() > connections);
      await linkReady();
      const readyMs = performance.now() - dialledAt;
      assert.ok(readyMs < 2_000, `${readyMs} ms`);
      await assertAnswers(`blocked-${rule}.ts`);
      assert.ok(front.posts > 2);
      assert.equal(front.upgrades, 1);

      await setSettings({ "slipstream.gateway.url": undefined });
      await linkReady();
      await joinGateway(front.url, teamToken);
      await linkReady();
      assert.equal(front.upgrades, 1, "the host is remembered");
    });
  }

  test("goes back to the WebSocket by itself when it gets through", async function () {
    this.timeout(2 * takenBackLimitMs);
    const { port } = await startGateway();
    const front = await startServer(new BlockingFront(`http://127.0.0.1:${port}`, 403));
    await joinGateway(front.url, teamToken);
    await linkReady();
    await assertAnswers("blocked.ts");
    front.rule = "passes";
    // The one that tries, and the one that stays.
    await until("two more WebSockets", () => front.upgrades === 3, takenBackLimitMs);
    await linkReady();
    const { posts } = front;
    await assertAnswers("back.ts");
    assert.equal(front.posts, posts);
  });
});

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import * as http from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import * as tls from "node:tls";
import { Failure, type FailureCode } from "../../src/base/failure.ts";
import { dialHttp } from "../../src/link/httpSocket.ts";
import { linkPath } from "../../src/wire/limits.ts";
import { type Certificate, makeAuthority, signCertificate } from "../helpers/certificate.ts";
import {
  echo,
  gatewayToken,
  startGatewayServer,
  type TestGateway,
} from "../helpers/gatewayServer.ts";
import { openLink } from "../helpers/openLink.ts";
import { textOf } from "../helpers/requests.ts";
import { TestProxy } from "../helpers/testProxy.ts";

const never = new AbortController().signal;
const isFailure = (code: FailureCode) => (error: unknown) =>
  error instanceof Failure && error.code === code;

/**
 * Requests carry no agent of their own, so whatever is Node's global one decides on proxies; in VS Code the
 * suites in test/extension show the same with its own agent, and for WebSockets.
 */
const skip = "setGlobalProxyFromEnv" in http ? false : "this Node has no proxy of its own (24.14)";
describe("plain HTTP through a company's proxy", { skip }, () => {
  const trusted = tls.getCACertificates();
  let restoreAgents = () => undefined as unknown;
  let gateway: TestGateway;
  let proxy: TestProxy | undefined;
  let folder: string;
  let authority: Certificate | undefined;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "proxies-"));
    authority = makeAuthority(folder);
  });
  afterEach(() => {
    restoreAgents();
    tls.setDefaultCACertificates(trusted);
    proxy?.close();
    gateway.server.dispose();
    rmSync(folder, { recursive: true });
  });

  const useProxy = (url: string, ca?: Buffer) => {
    restoreAgents();
    restoreAgents = http.setGlobalProxyFromEnv({ http_proxy: url, https_proxy: url });
    tls.setDefaultCACertificates(ca ? [...trusted, ca.toString()] : trusted);
  };
  const dial = (scheme: string) =>
    dialHttp(`${scheme}://gateway.test${linkPath}`, gatewayToken, never);
  const portOf = (where: TestGateway) => Number(new URL(where.http).port);
  const assertWorks = async (scheme: string) => {
    const { link, ask } = await openLink(await dial(scheme));
    for (const before of ["one", "two"]) {
      assert.equal(await textOf(ask(`${before}█`)), `${before}!`);
    }
    link.dispose();
  };

  it("forwards what goes to a gateway without TLS", async () => {
    gateway = await startGatewayServer(echo);
    const hosts = { "gateway.test": portOf(gateway) };
    proxy = await new TestProxy({ hosts, credentials: "me:secret" }).listen();
    useProxy(proxy.url);
    await assertWorks("ws");
    assert.equal(proxy.tunnels, 0);
    assert.ok(proxy.forwarded > 2);
  });

  it("tunnels to a gateway with TLS for those it knows, and for no one else", async (t) => {
    const own = authority && signCertificate(folder, authority, "gateway.test");
    gateway = await startGatewayServer(echo, own);
    if (!authority || !own) {
      t.skip("no openssl here");
      return;
    }
    const hosts = { "gateway.test": portOf(gateway) };
    proxy = await new TestProxy({ hosts, credentials: "me:secret" }).listen();
    useProxy(proxy.url.replace("secret", "wrong"), authority.cert);
    await assert.rejects(dial("wss"), isFailure("gateway-unreachable"));
    assert.equal(proxy.tunnels, 0);
    useProxy(proxy.url, authority.cert);
    await assertWorks("wss");
    assert.equal(proxy.tunnels, 2, "one for the answer, one kept for the requests");
  });

  it("reads along where its authority is trusted, and not where it is not", async (t) => {
    gateway = await startGatewayServer(echo);
    const intercepts = authority && signCertificate(folder, authority, "gateway.test");
    if (!authority || !intercepts) {
      t.skip("no openssl here");
      return;
    }
    proxy = await new TestProxy({
      hosts: { "gateway.test": portOf(gateway) },
      intercepts,
    }).listen();
    useProxy(proxy.url);
    await assert.rejects(dial("wss"), isFailure("gateway-unreachable"));
    useProxy(proxy.url, authority.cert);
    await assertWorks("wss");
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Failure } from "../../src/base/failure.ts";
import { dialHttp } from "../../src/link/httpSocket.ts";
import { linkPath } from "../../src/wire/limits.ts";
import { BlockingFront } from "../helpers/blockingFront.ts";
import { certificateFor } from "../helpers/certificate.ts";
import { echo, gatewayToken, startGatewayServer } from "../helpers/gatewayServer.ts";
import { openLink } from "../helpers/openLink.ts";
import { textOf } from "../helpers/requests.ts";

const never = new AbortController().signal;

describe("plain HTTP to a real gateway", () => {
  it("answers through a middlebox, several requests in one when they come fast", async (t) => {
    const gateway = await startGatewayServer(echo);
    const front = await new BlockingFront(gateway.http, 403).listen();
    t.after(() => {
      front.close();
      gateway.server.dispose();
    });
    const { ask, lost } = await openLink(await dialHttp(front.url + linkPath, gatewayToken, never));
    const asked = Array.from({ length: 200 }, (_, at) =>
      textOf(ask(`${at}█`, { keepsOlder: true, path: `app/${at}.ts` })),
    );
    assert.deepEqual(
      await Promise.all(asked),
      asked.map((_, at) => `${at}!`),
    );
    assert.ok(front.posts < 20, `${front.posts} requests`);
    gateway.server.dispose();
    assert.match((await lost).message, /code 1001/);
  });

  it("goes over TLS with a certificate that must be trusted", async (t) => {
    const made = certificateFor(t);
    if (!made) return;
    const tls = { cert: made.cert, key: made.key };
    const gateway = await startGatewayServer(echo, tls);
    t.after(() => {
      gateway.server.dispose();
    });
    assert.match(gateway.address, /^wss:/);
    const dialling = dialHttp(gateway.address, gatewayToken, never);
    await assert.rejects(
      dialling,
      (error) => error instanceof Failure && error.code === "gateway-unreachable",
    );
  });
});

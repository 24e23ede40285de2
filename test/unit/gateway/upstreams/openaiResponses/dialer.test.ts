import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { Dialer, overHttpMs } from "../../../../../src/gateway/upstreams/openaiResponses/dialer.ts";
import { pongTimeoutMs } from "../../../../../src/gateway/upstreams/openaiResponses/socket.ts";
import { UpstreamFailures } from "../../../../../src/gateway/upstreams/upstreamFailures.ts";
import { ManualClock } from "../../../../helpers/manualClock.ts";
import { OpenaiDouble } from "../../../../helpers/openaiDouble/openaiDouble.ts";
import type { DoubleScript } from "../../../../helpers/openaiDouble/switches.ts";
import { settled } from "../../../../helpers/settled.ts";
import { key, textOf } from "../upstreamFixture.ts";
import { setStage } from "./stage.ts";

const bearer = { Authorization: `Bearer ${key}` };

/** A dialer by itself, whose clock is a test's. */
async function dialerAt(t: TestContext, script: DoubleScript) {
  const double = await new OpenaiDouble(script).listen();
  const clock = new ManualClock();
  const dialer = new Dialer({
    ...{ name: "tiny", clock },
    address: { url: new URL(`ws://127.0.0.1:${double.port}/v1/responses`), headers: bearer },
    failures: new UpstreamFailures({ name: "tiny", model: "tiny", apiKey: key }),
    log: { debug: () => undefined, info: () => undefined, warn: () => undefined },
  });
  t.after(async () => {
    dialer.dispose();
    await double.close();
  });
  return { double, clock, dialer };
}

describe("openai-responses: a busy server", () => {
  it("is left alone for longer each time, though it asks for a millisecond", async (t) => {
    const headers = { "retry-after-ms": "1" };
    const { double, clock, dialer } = await dialerAt(t, {
      upgrade: { kind: "status", status: 429, headers },
    });
    for (const leastMs of [375, 750, 1_500, 3_000]) {
      const result = await dialer.dial();
      assert.ok(result.kind === "failed" && result.retryAfterMs !== undefined);
      assert.ok(result.retryAfterMs >= leastMs, `${result.retryAfterMs} ms`);
      clock.advance(result.retryAfterMs - 1);
      assert.equal((await dialer.dial()).kind, "failed"); // without asking it
      clock.advance(1);
    }
    assert.equal(double.upgrades, 4);
  });
});

describe("openai-responses: a middlebox that swallows what follows an upgrade", () => {
  it("keeps to HTTP until a socket is answered on", async (t) => {
    const stage = await setStage(
      t,
      { upgrade: { kind: "swallowed" } },
      { firstTextTimeoutMs: 600_000 },
    );
    const { double, upstream, clock, log } = stage;
    const text = textOf(upstream);
    while (double.records.length === 0) {
      clock.advance(100); // until the pings of three sockets were not answered
      await settled();
    }
    assert.equal(await text, "hello world");
    assert.equal(double.upgrades, 3);
    clock.advance(overHttpMs);
    await double.until(() => double.upgrades === 4);
    assert.equal(await textOf(upstream), "hello world"); // which waits for no socket
    clock.advance(pongTimeoutMs);
    assert.equal(await textOf(upstream), "hello world");
    assert.ok(double.records.every(({ transport }) => transport === "http"));
    double.script = {};
    clock.advance(overHttpMs);
    while (double.records.at(-1)?.transport !== "socket") await textOf(upstream);
    assert.deepEqual(
      log.map((line) => /over (HTTP|a WebSocket)|takes no WebSocket/.exec(line)?.[0]),
      ["over HTTP", "takes no WebSocket", "over a WebSocket"],
    );
  });

  it("goes on over HTTP where a dial from before opens behind the change", async (t) => {
    const { dialer } = await dialerAt(t, { upgrade: { kind: "swallowed" } });
    const dialling = dialer.dial();
    for (let lost = 0; lost < 3; lost++) dialer.lostUnheard();
    assert.equal((await dialling).kind, "http");
    assert.ok(dialer.isHttpOnly);
  });
});

import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { systemClock } from "../../src/base/clock.ts";
import { askedAgain } from "../../src/completion/askedAgain.ts";
import { RelayedLink } from "../helpers/deadLinks.ts";
import { startHostedGateway } from "../helpers/hostedGateway.ts";
import { textOf } from "../helpers/requests.ts";
import { ScriptedUpstream } from "../helpers/scriptedUpstream.ts";

const never = new AbortController().signal;

async function start(t: TestContext) {
  const upstream = await new ScriptedUpstream({
    tokens: ["a"],
    outcome: { kind: "stalled", afterTokens: 0 },
  }).listen();
  t.after(() => upstream.close());
  const release = (action: () => unknown) => {
    t.after(action);
  };
  const gateway = await startHostedGateway(upstream.url, release);
  const relayed = await RelayedLink.open(gateway, release);
  return { upstream, gateway, relayed };
}

describe("a link that goes dead without a word", { concurrency: true }, () => {
  it("is noticed within 3 s while a request waits, though no new one can be opened", async (t) => {
    const { relayed } = await start(t);
    relayed.relay.goDeaf();
    relayed.relay.goSilent();
    const tookMs = await relayed.lostAfterMs();
    t.diagnostic(`noticed after ${Math.round(tookMs)} ms`);
    assert.ok(tookMs <= 3_000, `${tookMs} ms`);
    assert.notEqual(relayed.link.state.kind, "ready");
  });

  it("is noticed within 15 s when it is idle", async (t) => {
    const { relayed } = await start(t);
    relayed.relay.goDeaf();
    relayed.relay.goSilent();
    const tookMs = await relayed.noticedAfterMs();
    t.diagnostic(`noticed after ${Math.round(tookMs)} ms`);
    assert.ok(tookMs <= 15_000, `${tookMs} ms`);
  });

  it("is noticed within 3 s of a request when the gateway's process is stopped", async (t) => {
    const { gateway, relayed } = await start(t);
    gateway.kill("SIGSTOP");
    const tookMs = await relayed.lostAfterMs();
    t.diagnostic(`noticed after ${Math.round(tookMs)} ms`);
    assert.ok(tookMs <= 3_000, `${tookMs} ms`);
  });

  it("gives way to a spare, on which the request is asked once more and answered", async (t) => {
    const { upstream, relayed } = await start(t);
    const { link, relay } = relayed;
    upstream.script = { tokens: ["here"] };
    const source = askedAgain((...ask) => link.complete(...ask), {
      ready: (signal) => link.ready(signal),
      withinMs: 5_000,
      clock: systemClock,
    });
    relay.goSilent();
    const startedAt = performance.now();
    assert.equal(await textOf(source(relayed.asked.ask(), never)), "here");
    t.diagnostic(`answered after ${Math.round(performance.now() - startedAt)} ms`);
    assert.ok(performance.now() - startedAt < 3_000);
    assert.equal(link.connectionCount, 2);
    assert.equal(upstream.records.length, 1);
  });

  it("is replaced at once after a wake from sleep or in another network", async (t) => {
    const { relayed } = await start(t);
    const { link, relay } = relayed;
    relay.goSilent();
    const again = new Promise((resolve) => {
      link.onState(resolve);
    });
    link.suspect();
    await again;
    assert.equal(link.state.kind, "ready");
    assert.equal(link.connectionCount, 2);
  });
});

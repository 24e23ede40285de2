import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { Failure } from "../../src/base/failure.ts";
import { Dialer } from "../../src/link/dialer.ts";
import { linkPath } from "../../src/wire/limits.ts";
import { BlockingFront, type UpgradeRule } from "../helpers/blockingFront.ts";
import { echo, gatewayToken, startGatewayServer } from "../helpers/gatewayServer.ts";
import { ManualClock } from "../helpers/manualClock.ts";
import { openLink } from "../helpers/openLink.ts";
import { textOf } from "../helpers/requests.ts";
import { settled } from "../helpers/settled.ts";
import { StoppedListener } from "../helpers/stoppedListener.ts";

const never = new AbortController().signal;
const skip = process.platform === "linux" ? false : "only Linux lets a full queue go unanswered";

/** A gateway behind a middlebox with this rule, behind a line that is down. */
async function start(t: TestContext, rule: UpgradeRule) {
  const gateway = await startGatewayServer(echo);
  const front = await new BlockingFront(gateway.http, rule).listen();
  const line = await StoppedListener.start(Number(new URL(front.url).port));
  const clock = new ManualClock();
  const blockedHosts = new Set<string>();
  const nothing = () => undefined;
  const log = { debug: nothing, info: nothing, warn: nothing };
  const dialer = new Dialer({ clock, blockedHosts, log, onWebSocketBack: nothing });
  t.after(() => {
    dialer.dispose();
    line?.dispose();
    front.close();
    gateway.server.dispose();
    assert.equal(clock.timerCount, 0);
  });
  const dial = (signal = never) =>
    dialer.dial(`ws://127.0.0.1:${line?.port ?? 0}${linkPath}`, gatewayToken, signal);
  /** Lets time pass as a person's machine would, with room for what each connection does. */
  const pass = async (durationMs: number) => {
    for (let passedMs = 0; passedMs < durationMs; passedMs += 100) {
      clock.advance(100);
      await settled();
    }
  };
  if (!line) t.skip("here a full queue takes connections all the same");
  return { front, line, clock, blockedHosts, dial, pass };
}

describe("dialling over a line that is down", { skip, timeout: 20_000 }, () => {
  it("waits for it, and takes the WebSocket at once when it is back", async (t) => {
    const { front, line, blockedHosts, dial, pass } = await start(t, "passes");
    if (!line) return;
    const dialling = dial();
    await pass(20_000);
    line.resume();
    await pass(200);
    const { link, ask } = await openLink(await dialling);
    assert.equal(await textOf(ask("echo█")), "echo!");
    link.dispose();
    assert.equal(front.posts, 0, "plain HTTP was tried");
    assert.equal(blockedHosts.size, 0);
  });

  it("counts the WebSocket's silence only from when it is back", async (t) => {
    const { front, line, clock, blockedHosts, dial, pass } = await start(t, "silent");
    if (!line) return;
    const dialling = dial();
    await pass(20_000);
    line.resume();
    await pass(200);
    await front.until(() => front.upgrades > 0);
    clock.advance(799); // a connection may have stood for 200 ms
    await settled();
    assert.deepEqual([front.posts, blockedHosts.size], [0, 0]);
    clock.advance(201);
    (await dialling).terminate();
    assert.ok(front.posts > 0);
    assert.equal(blockedHosts.size, 1);
  });

  it("gives up with the signal's reason, remembers nothing and leaves nothing behind", async (t) => {
    const { front, line, clock, blockedHosts, dial, pass } = await start(t, "passes");
    if (!line) return;
    const controller = new AbortController();
    const dialling = dial(controller.signal);
    await pass(20_000);
    controller.abort(new Failure("deadline", "too long"));
    await assert.rejects(dialling, { code: "deadline" });
    assert.equal(clock.timerCount, 0);
    assert.equal(blockedHosts.size, 0);
    line.resume();
    await settled();
    assert.deepEqual([front.upgrades, front.posts], [0, 0]);
  });
});

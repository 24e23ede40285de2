import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { systemClock } from "../../src/base/clock.ts";
import { Failure, type FailureCode } from "../../src/base/failure.ts";
import { Dialer } from "../../src/link/dialer.ts";
import type { FrameSocket } from "../../src/link/frameSocket.ts";
import { localProfile } from "../../src/link/linkProfile.ts";
import { PersistentLink } from "../../src/link/persistentLink.ts";
import { linkPath } from "../../src/wire/limits.ts";
import { BlockingFront, type UpgradeRule } from "../helpers/blockingFront.ts";
import { Changes } from "../helpers/changes.ts";
import {
  echo,
  gatewayToken,
  startGatewayServer,
  type TestGateway,
} from "../helpers/gatewayServer.ts";
import { ManualClock } from "../helpers/manualClock.ts";
import { openLink } from "../helpers/openLink.ts";
import { AskedDocuments, textOf } from "../helpers/requests.ts";

const never = new AbortController().signal;
const isFailure = (code: FailureCode) => (error: unknown) =>
  error instanceof Failure && error.code === code;

describe("dialling where a WebSocket may be blocked", () => {
  let gateway: TestGateway;
  let front: BlockingFront;
  let clock: ManualClock;
  let blockedHosts: Set<string>;
  let dialer: Dialer;
  let news: Changes;
  let lines: string[];
  let timesBack: number;

  beforeEach(async () => {
    gateway = await startGatewayServer(echo);
    front = await new BlockingFront(gateway.http, "passes").listen();
    clock = new ManualClock();
    blockedHosts = new Set();
    news = new Changes();
    lines = [];
    timesBack = 0;
    const info = (line: string) => {
      lines.push(line);
      news.notify();
    };
    const onWebSocketBack = () => {
      timesBack++;
      news.notify();
    };
    const log = { debug: info, info, warn: info };
    dialer = new Dialer({ clock, blockedHosts, log, onWebSocketBack });
  });
  afterEach(() => {
    dialer.dispose();
    assert.equal(clock.timerCount, 0);
    front.close();
    gateway.server.dispose();
  });

  const dial = (token = gatewayToken): Promise<FrameSocket> =>
    dialer.dial(front.url + linkPath, token, never);
  const assertWorks = async (socket: FrameSocket) => {
    const { link, ask } = await openLink(socket);
    assert.equal(await textOf(ask("echo█")), "echo!");
    link.dispose();
  };
  const block = (rule: UpgradeRule) => {
    front.rule = rule;
  };
  const host = () => new URL(front.url).host;

  it("takes the WebSocket where it gets through, and nothing else is tried", async () => {
    await assertWorks(await dial());
    assert.deepEqual([front.upgrades, front.posts], [1, 0]);
    assert.equal(blockedHosts.size, 0);
    clock.advance(1_000_000);
    assert.equal(front.upgrades, 1);
  });

  for (const rule of [400, 403, 404, 426, 200, 302, 405, "reset"] as const) {
    it(`takes plain HTTP at once where an upgrade meets ${rule}, and says so`, async () => {
      block(rule);
      await assertWorks(await dial());
      assert.equal(front.upgrades, 1);
      assert.ok(blockedHosts.has(host()));
      assert.match(lines.join("\n"), /plain HTTP/);
    });
  }

  it("tries plain HTTP beside a WebSocket that is silent for a second, and drops the silent one", async () => {
    block("silent");
    const dialling = dial();
    await front.until(() => front.upgrades === 1);
    clock.advance(999);
    assert.equal(front.posts, 0);
    clock.advance(1);
    await assertWorks(await dialling);
    assert.ok(blockedHosts.has(host()));
  });

  it("is ready within two seconds of real time behind a silent middlebox", async () => {
    block("silent");
    const real = new Dialer({
      clock: systemClock,
      blockedHosts,
      log: { debug: () => undefined, info: () => undefined, warn: () => undefined },
      onWebSocketBack: () => undefined,
    });
    const startedAt = performance.now();
    const { link } = await openLink(await real.dial(front.url + linkPath, gatewayToken, never));
    const readyMs = performance.now() - startedAt;
    link.dispose();
    real.dispose();
    assert.ok(readyMs < 2_000, `${readyMs} ms`);
  });

  it("begins with plain HTTP at a host whose WebSockets were blocked", async () => {
    block(403);
    await assertWorks(await dial());
    await assertWorks(await dial());
    assert.equal(front.upgrades, 1);
  });

  it("goes back to the WebSocket when it is plain HTTP that is refused now", async () => {
    blockedHosts.add(host());
    gateway.server.dispose();
    const other = await startGatewayServer(echo);
    const webSocketsOnly = await new BlockingFront(other.http, "passes").listen();
    webSocketsOnly.postStatus = 403;
    blockedHosts.add(new URL(webSocketsOnly.url).host);
    await assertWorks(await dialer.dial(webSocketsOnly.url + linkPath, gatewayToken, never));
    assert.ok(!blockedHosts.has(new URL(webSocketsOnly.url).host));
    webSocketsOnly.close();
    other.server.dispose();
  });

  const final: readonly (readonly [UpgradeRule, FailureCode])[] = [
    [401, "unauthorized"],
    [429, "busy"],
    [500, "gateway-unreachable"],
    [503, "gateway-unreachable"],
  ];
  for (const [rule, code] of final) {
    it(`does not try plain HTTP after a ${rule}`, async () => {
      block(rule);
      await assert.rejects(dial(), isFailure(code));
      assert.equal(front.posts, 0);
    });
  }

  it("is told of a wrong token by plain HTTP as well, and remembers nothing", async () => {
    block(403);
    await assert.rejects(dial("wrong"), isFailure("unauthorized"));
    assert.equal(blockedHosts.size, 0);
  });

  it("is told of a wrong token at once though the WebSocket is still silent", async () => {
    block("silent");
    const dialling = dial("wrong");
    await front.until(() => front.upgrades === 1);
    clock.advance(1_000);
    await assert.rejects(dialling, isFailure("unauthorized"));
  });

  it("names what the WebSocket met where neither gets through", async () => {
    block(403);
    front.postStatus = 404;
    await assert.rejects(dial(), /answers HTTP 403/);
    assert.equal(blockedHosts.size, 0);
  });

  it("does not take a page for a gateway", async () => {
    block(403);
    front.postStatus = 200;
    await assert.rejects(dial(), isFailure("handshake-refused"));
  });

  it("fails at once where nothing listens", async () => {
    const { url } = front;
    front.close();
    const dialling = dialer.dial(url + linkPath, gatewayToken, never);
    await assert.rejects(dialling, isFailure("gateway-unreachable"));
  });

  it("gives both ways up with the signal's reason", async () => {
    block("silent");
    front.postStatus = "silent";
    const controller = new AbortController();
    const dialling = dialer.dial(front.url + linkPath, gatewayToken, controller.signal);
    await front.until(() => front.upgrades === 1);
    clock.advance(1_000);
    await front.until(() => front.posts === 1);
    controller.abort(new Error("closing"));
    await assert.rejects(dialling, /closing/);
  });

  describe("behind a link over plain HTTP", () => {
    let socket: FrameSocket;

    beforeEach(async () => {
      block(403);
      socket = await dial();
      dialer.settle();
    });
    afterEach(() => {
      socket.terminate();
    });
    const upgrade = (count: number) => front.until(() => front.upgrades === count);
    /** The next wait is set when so many have been refused. */
    const refused = (count: number) =>
      news.until(() => lines.filter((line) => line.includes("still no")).length === count);

    it("tries the WebSocket again after 15 s, twice as long each time, 10 min at most", async () => {
      let count = 0;
      for (const waitS of [15, 30, 60, 120, 240, 480, 600, 600]) {
        clock.advance(waitS * 1_000 - 1);
        assert.equal(front.upgrades, count + 1);
        clock.advance(1);
        await refused(++count);
      }
      assert.equal(timesBack, 0);
    });

    it("says once that it gets through again, and the next dial takes it", async () => {
      block("passes");
      clock.advance(15_000);
      await news.until(() => timesBack === 1);
      clock.advance(1_000_000);
      assert.equal(timesBack, 1);
      assert.equal(blockedHosts.size, 0);
      const { posts } = front;
      await assertWorks(await dial());
      assert.equal(front.posts, posts);
    });

    it("goes on trying the WebSocket where another dial comes to nothing", async () => {
      front.postStatus = "silent";
      const controller = new AbortController();
      const dialling = dialer.dial(front.url + linkPath, gatewayToken, controller.signal);
      await front.until(() => front.posts === 2);
      controller.abort(new Failure("link-lost", "the link is trusted again"));
      await assert.rejects(dialling, isFailure("link-lost"));
      block("passes");
      clock.advance(15_000);
      await news.until(() => timesBack === 1);
    });

    it("goes on trying the WebSocket where another dial opens one that is not used", async () => {
      front.postStatus = "silent";
      block("passes");
      const dialling = dial();
      await front.until(() => front.posts === 2);
      clock.advance(1_000);
      (await dialling).terminate();
      clock.advance(14_000);
      await news.until(() => timesBack === 1);
    });

    it("tries no more once a WebSocket is used", async () => {
      blockedHosts.clear();
      block("passes");
      const webSocket = await dial();
      dialer.settle();
      assert.equal(clock.timerCount, 0);
      webSocket.terminate();
    });

    it("gives a silent one up after 5 s", async () => {
      block("silent");
      clock.advance(15_000);
      await upgrade(2);
      clock.advance(5_000);
      await refused(1);
      block("passes");
      clock.advance(30_000);
      await news.until(() => timesBack === 1);
    });

    it("tries no more once it is disposed", () => {
      dialer.dispose();
      assert.equal(clock.timerCount, 0);
    });
  });

  it("takes a persistent link back to the WebSocket when its owner dials again", async () => {
    block(426);
    const ready = new Changes();
    const asked = new AskedDocuments();
    const link = new PersistentLink({
      dial: (signal) => dialer.dial(front.url + linkPath, gatewayToken, signal),
      clock: systemClock,
      random: Math.random,
      client: "test/1",
      documents: asked.documents,
      profile: () => localProfile,
    });
    link.onState(({ kind }) => {
      if (kind === "ready") dialer.settle();
      ready.notify();
    });
    await ready.until(() => link.state.kind === "ready");
    assert.equal(await textOf(link.complete(asked.ask("x█"), never)), "x!");
    block("passes");
    clock.advance(15_000);
    await news.until(() => timesBack === 1);
    link.reconnect();
    await ready.until(() => link.state.kind === "ready");
    const { posts } = front;
    assert.equal(await textOf(link.complete(asked.ask("y█"), never)), "y!");
    assert.equal(front.posts, posts);
    link.dispose();
  });
});

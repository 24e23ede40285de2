import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { maxAgeMs } from "../../../../../src/gateway/upstreams/openaiResponses/connection.ts";
import { overHttpMs } from "../../../../../src/gateway/upstreams/openaiResponses/dialer.ts";
import {
  pingEveryMs,
  pongTimeoutMs,
  upgradeTimeoutMs,
} from "../../../../../src/gateway/upstreams/openaiResponses/socket.ts";
import { OpenaiDouble } from "../../../../helpers/openaiDouble/openaiDouble.ts";
import type { UpgradeSwitch } from "../../../../helpers/openaiDouble/switches.ts";
import { settled } from "../../../../helpers/settled.ts";
import { TcpRelay } from "../../../../helpers/tcpRelay.ts";
import { failureOf, key, piecesOf, request, textOf, textsOf } from "../upstreamFixture.ts";
import { chatted, question, setStage, type Stage } from "./stage.ts";

const words = ["hello", " world"];

/** Lets all but the last step to a socket's age limit pass, each ping answered, and then that. */
async function growOld({ double, upstream, clock }: Stage): Promise<void> {
  await textsOf(upstream);
  for (let ageMs = pingEveryMs; ageMs <= maxAgeMs; ageMs += pingEveryMs) {
    assert.equal(double.connections, 1);
    clock.advance(pingEveryMs);
    assert.equal(await textOf(upstream), words.join("")); // behind the pong
  }
}

/** Resolves once requests go to the second socket. */
async function successorServes({ double, upstream }: Stage): Promise<void> {
  while (double.records.at(-1)?.connection !== 2) await textsOf(upstream);
}

describe("openai-responses: HTTP in place of sockets", () => {
  const final: readonly (readonly [string, UpgradeSwitch, number])[] = [
    ["are refused with 426", { kind: "status", status: 426 }, 1],
    ["are refused with 403", { kind: "status", status: 403 }, 1],
    ["break three times in a row", { kind: "broken" }, 3],
    ["are closed three times before a word", { kind: "closed-at-once" }, 3],
    ["are answered with 404 three times", { kind: "status", status: 404 }, 3],
  ];
  for (const [what, upgrade, upgrades] of final) {
    it(`asks over HTTP when sockets ${what}`, async (t) => {
      const stage = await setStage(t, { upgrade });
      const { double, upstream, log } = stage;
      assert.equal(await textOf(upstream), words.join(""));
      double.script = {}; // it would work now
      assert.equal(await textOf(upstream), words.join(""));
      assert.equal(await chatted(stage, question("hi")), "hello world");
      assert.equal(double.upgrades, upgrades);
      assert.deepEqual(
        double.records.map(({ transport }) => transport),
        ["http", "http", "http"],
      );
      for (const { body, headers } of double.records) {
        assert.equal(body["stream"], true);
        assert.equal(headers.authorization, `Bearer ${key}`);
      }
      assert.equal(log.filter((line) => line.includes("over HTTP")).length, 1);
      assert.ok(!log.join().includes(key));
    });
  }

  it("tries a socket after five minutes over HTTP, and again where that fails", async (t) => {
    const stage = await setStage(t, { upgrade: { kind: "status", status: 426 } });
    const { double, upstream, clock, log } = stage;
    await textsOf(upstream);
    double.script = { upgrade: { kind: "silent" } };
    clock.advance(overHttpMs);
    await double.until(() => double.upgrades === 2);
    assert.equal(await textOf(upstream), words.join("")); // which waits for no socket
    clock.advance(upgradeTimeoutMs);
    double.script = {};
    await settled();
    clock.advance(overHttpMs);
    assert.ok(double.records.every(({ transport }) => transport === "http"));
    while (double.records.at(-1)?.transport !== "socket") await textsOf(upstream);
    assert.equal(await chatted(stage, question("hi")), "hello world");
    assert.equal(double.records.at(-1)?.transport, "socket");
    assert.deepEqual(
      log.map((line) => /over HTTP|(over a|no) WebSocket/.exec(line)?.[0]),
      ["over HTTP", "no WebSocket", "over a WebSocket"],
    );
  });

  it("asks over HTTP when an upgrade is not answered in time", async (t) => {
    const { double, upstream, clock } = await setStage(t, { upgrade: { kind: "silent" } });
    await double.until(() => double.upgrades === 1);
    const texts = textsOf(upstream);
    clock.advance(upgradeTimeoutMs - 1);
    await settled();
    assert.equal(double.records.length, 0);
    clock.advance(1);
    assert.equal((await texts).join(""), words.join(""));
    await textsOf(upstream);
    assert.equal(double.upgrades, 1);
  });

  it("counts only what breaks in a row", async (t) => {
    const { double, upstream } = await setStage(t, { upgrade: { kind: "broken" } });
    await double.until(() => double.upgrades === 1);
    for (let round = 0; round < 3; round++) {
      const texts = textsOf(upstream);
      const before = double.upgrades;
      if (round > 0) {
        double.script = { upgrade: { kind: "broken" } };
        for (const session of double.sessions) session.close(1006);
        await double.until(() => double.upgrades > before);
      }
      double.script = {};
      await texts.catch(() => undefined);
      assert.equal(await textOf(upstream), words.join(""));
    }
    assert.ok(double.upgrades > 3);
    assert.ok(double.records.every(({ transport }) => transport === "socket"));
  });

  it("says that a key is wrong, and keeps to sockets", async (t) => {
    const upgrade = { kind: "status", status: 401 } as const;
    const { double, upstream, clock } = await setStage(t, { upgrade });
    const failure = await failureOf(textsOf(upstream), "upstream-unauthorized");
    assert.match(failure.message, /refused the key \(401\): set a valid key/);
    double.script = {};
    clock.advance(10_000);
    assert.equal(await textOf(upstream), words.join(""));
    assert.equal(double.records[0]?.transport, "socket");
  });

  it("waits as long as a busy server says, and keeps to sockets", async (t) => {
    const upgrade = { kind: "status", status: 429, headers: { "Retry-After": "20" } } as const;
    const { double, upstream, clock } = await setStage(t, { upgrade });
    assert.match((await failureOf(textsOf(upstream), "upstream-busy")).message, /for 20 s/);
    double.script = {};
    clock.advance(19_999);
    await failureOf(textsOf(upstream), "upstream-busy");
    assert.equal(double.upgrades, 1);
    clock.advance(1);
    await double.until(() => double.sessions.length === 1); // by itself
    assert.equal(await textOf(upstream), words.join(""));
    assert.equal(double.records[0]?.transport, "socket");
  });

  it("keeps to sockets however often the host is out of reach", async (t) => {
    const { double, upstream } = await setStage(t);
    await textsOf(upstream);
    const { port } = double;
    await double.close();
    for (let i = 0; i < 5; i++) await failureOf(textsOf(upstream), "upstream-unreachable");
    const again = await new OpenaiDouble({}).listen(port);
    t.after(() => again.close());
    assert.equal(await textOf(upstream), words.join(""));
    assert.equal(again.records[0]?.transport, "socket");
  });
});

describe("openai-responses: the life of a socket", () => {
  it("sends a request again when its socket was lost before any event of it", async (t) => {
    const outcome = { kind: "cut-off", afterTokens: -1 } as const;
    const { double, upstream } = await setStage(t, { outcome });
    const texts = textsOf(upstream);
    await double.until(() => double.records.length === 1);
    double.script = {};
    assert.equal((await texts).join(""), words.join(""));
    assert.equal(double.records.length, 2);
  });

  it("gives up on a request that loses three sockets, and HTTP's too", async (t) => {
    const outcome = { kind: "cut-off", afterTokens: -1 } as const;
    const { double, upstream } = await setStage(t, { outcome });
    await failureOf(textsOf(upstream), "upstream-down");
    assert.deepEqual(
      double.records.map(({ transport }) => transport),
      ["socket", "socket", "socket", "http"],
    );
  });

  it("sends nothing again of which an event has come", async (t) => {
    const outcome = { kind: "cut-off", afterTokens: 0 } as const;
    const { double, upstream } = await setStage(t, { outcome });
    assert.match((await failureOf(textsOf(upstream), "upstream-down")).message, /ended early/);
    double.script = {};
    await textsOf(upstream);
    assert.equal(double.records.length, 2);
  });

  it("has a successor before it is too old, and ends when nobody reads of it", async (t) => {
    const stalled = { outcome: { kind: "stalled", afterTokens: 1 } } as const;
    const stage = await setStage(t, stalled, { firstTextTimeoutMs: 2 * maxAgeMs });
    const { double, upstream } = stage;
    const pieces = piecesOf(upstream);
    await pieces.next();
    double.script = {};
    await growOld(stage);
    await double.until(() => double.sessions.length === 2);
    await successorServes(stage);
    const [old] = double.records;
    assert.equal(old?.closedAt, undefined); // it is read
    await pieces.return?.();
    await double.until(() => double.sessions.length === 1);
    assert.notEqual(old?.closedAt, undefined);
  });

  it("is replaced while idle", async (t) => {
    const stage = await setStage(t);
    await growOld(stage);
    await stage.double.until(() => stage.double.connections === 2);
    await successorServes(stage);
    await stage.double.until(() => stage.double.sessions.length === 1);
    assert.equal(stage.double.connections, 2);
  });

  it("is replaced while nothing is left on it but a context that nobody waits for", async (t) => {
    const stage = await setStage(t, { outcome: { kind: "silent" } });
    const { double, upstream } = stage;
    const left = new AbortController();
    const warming = upstream.warm?.(request(), left.signal);
    await double.until(() => double.records.length === 1);
    left.abort(new Error("something is asked"));
    await assert.rejects(warming ?? Promise.resolve(), /something is asked/);
    double.script = {};
    await growOld(stage);
    await double.until(() => double.connections === 2);
    await successorServes(stage);
    await double.until(() => double.sessions.length === 1);
    assert.notEqual(double.records[0]?.closedAt, undefined);
  });

  it("is replaced when the server says that it is too old, idle or not", async (t) => {
    const { double, upstream } = await setStage(t);
    await textsOf(upstream);
    double.sessions[0]?.endOfAge();
    assert.equal(await textOf(upstream), words.join(""));
    await double.until(() => double.sessions.length === 1 && double.connections === 2);
    double.script = { outcome: { kind: "silent" } };
    const texts = textsOf(upstream);
    await double.until(() => double.records.length === 3);
    double.script = {};
    double.sessions[0]?.endOfAge();
    assert.equal((await texts).join(""), words.join("")); // nothing of it had come
  });

  it("pings, and takes silence of the server for nothing as long as that is answered", async (t) => {
    const outcome = { kind: "stalled", afterTokens: 1 } as const;
    const change = { firstTextTimeoutMs: 10 * 60_000 };
    const { double, upstream, clock } = await setStage(t, { outcome }, change);
    const pieces = piecesOf(upstream);
    await pieces.next();
    for (let pings = 1; pings <= 4; pings++) {
      clock.advance(pingEveryMs);
      await double.until(() => double.counts.pings === pings);
      await settled(); // the pong
    }
    assert.equal(double.connections, 1);
    await pieces.return?.();
  });

  it("is given up when a ping is not answered", async (t) => {
    const double = await new OpenaiDouble({}).listen();
    const relay = new TcpRelay(double.port);
    const url = `http://127.0.0.1:${await relay.listen()}`;
    t.after(async () => {
      relay.dispose();
      await double.close();
    });
    const { upstream, clock } = await setStage(t, {}, { url });
    assert.equal(await textOf(upstream), words.join(""));
    relay.goSilent();
    clock.advance(pingEveryMs);
    clock.advance(pongTimeoutMs);
    assert.equal(await textOf(upstream), words.join(""));
    assert.equal(double.connections, 2);
  });
});

describe("openai-responses: what servers say", () => {
  it("reads past what it does not know", async (t) => {
    const script = { hasObfuscation: true, hasUnknownEvents: true, endsWithoutOutput: true };
    const { upstream } = await setStage(t, script);
    assert.equal(await textOf(upstream), words.join(""));
  });

  for (const hasFlatErrors of [false, true]) {
    it(`reads errors ${hasFlatErrors ? "beside" : "within"} their event`, async (t) => {
      const body = { error: { code: "rate_limit_exceeded", message: "slow down, please" } };
      const outcome = { kind: "status", status: 429, body } as const;
      const { double, upstream } = await setStage(t, { hasFlatErrors, outcome });
      const failure = await failureOf(textsOf(upstream), "upstream-busy");
      assert.match(failure.message, /slow down, please/);
      double.script = { hasFlatErrors };
      assert.equal(await textOf(upstream), words.join(""));
      assert.equal(double.connections, 1);
    });
  }

  it("says how an answer ended and what was counted", async (t) => {
    const tokens = Array.from({ length: 40 }, (_, index) => `t${index} `);
    const { upstream } = await setStage(t, { tokens });
    const answer = upstream.complete(
      {
        path: "a.ts",
        languageId: "typescript",
        snippets: [],
        before: "",
        after: "",
        isConfined: false,
      },
      new AbortController().signal,
    );
    let next = await answer.next();
    while (next.done !== true) next = await answer.next();
    const { stop, usage } = next.value;
    assert.deepEqual([stop, usage?.outputTokens], ["limit", 32]);
    assert.ok(usage && usage.inputTokens > 0);
  });
});

import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { describe, it, type TestContext } from "node:test";
import { ScriptedUpstream } from "../../../helpers/scriptedUpstream.ts";
import { settled } from "../../../helpers/settled.ts";
import { SteppedClock } from "./steppedClock.ts";
import { trustedCertificate } from "./trustedCertificate.ts";
import { failureOf, textOf, textsOf, upstreamOf } from "./upstreamFixture.ts";

describe("a TLS handshake that the server does not answer", () => {
  const { certificate, skip } = trustedCertificate();

  /** A way to a server on which the first connection stays silent until `answer` is called. */
  async function arrange(t: TestContext, speaks: "h2" | "http/1.1" = "h2") {
    assert.ok(certificate);
    const server = await new ScriptedUpstream({}, { ...certificate, speaks }).listen();
    const sockets: Socket[] = [];
    let answer = () => undefined as unknown;
    const front = createServer((socket) => {
      sockets.push(socket);
      socket.on("error", () => undefined);
      answer = () => {
        join(socket);
      };
      if (sockets.length > 1) answer();
    }).listen(0, "127.0.0.1");
    const join = (socket: Socket) => {
      const onward = connect(Number(new URL(server.url).port), "127.0.0.1");
      onward.on("error", () => undefined).once("close", () => socket.destroy());
      socket.pipe(onward).pipe(socket);
      socket.once("close", () => onward.destroy());
    };
    await once(front, "listening");
    const clock = new SteppedClock();
    const { port } = front.address() as AddressInfo;
    const upstream = upstreamOf("openai-compatible", `https://127.0.0.1:${port}`, clock);
    t.after(async () => {
      upstream.dispose();
      for (const socket of sockets) socket.destroy();
      front.close();
      await server.close();
    });
    const first = once(front, "connection").then(([socket]) => socket as Socket);
    return { server, upstream, clock, first, sockets, answer: () => answer() };
  }

  it("does not hold a request whose signal fires, and nothing is asked", { skip }, async (t) => {
    const { server, upstream, first } = await arrange(t);
    const controller = new AbortController();
    const texts = textsOf(upstream, controller.signal);
    await first;
    controller.abort(new Error("typed on"));
    await assert.rejects(texts, /typed on/);
    assert.equal(server.records.length, 0);
  });

  for (const speaks of ["h2", "http/1.1"] as const) {
    it(`is given up after a while, and ${speaks} spoken over the next`, { skip }, async (t) => {
      const { upstream, clock, first } = await arrange(t, speaks);
      for (let waitedMs = 0; waitedMs < 3_000; waitedMs += 1_000) {
        const texts = failureOf(textsOf(upstream), "deadline");
        await first;
        clock.advance(1_000);
        await texts;
      }
      clock.advance(50);
      await settled();
      assert.equal(await textOf(upstream), "hello world");
    });
  }

  it("says so to a request that may wait longer than it", { skip }, async (t) => {
    const { upstream, clock, first } = await arrange(t);
    const early = failureOf(textsOf(upstream), "deadline");
    await first;
    clock.advance(1_000);
    await early;
    clock.advance(1_500);
    const texts = textsOf(upstream);
    await clock.until(2);
    clock.advance(550);
    const { message } = await failureOf(texts, "upstream-unreachable");
    assert.match(message, /ETIMEDOUT/);
  });

  for (const waitedMs of [0, 1_000, 2_900]) {
    it(
      `is not given up by a process that was held up from ${waitedMs} ms on`,
      { skip },
      async (t) => {
        const { upstream, clock, first, sockets, answer } = await arrange(t);
        const early = failureOf(textsOf(upstream), "deadline");
        await first;
        clock.advance(waitedMs);
        clock.stall(60_000);
        await early;
        answer();
        assert.equal(await textOf(upstream), "hello world");
        assert.equal(sockets.length, 1);
      },
    );
  }

  it("is left, and its connection closed, with the upstream", { skip }, async (t) => {
    const { upstream, clock, first } = await arrange(t);
    const texts = textsOf(upstream);
    texts.catch(() => undefined);
    const socket = await first;
    socket.resume();
    const closed = once(socket, "close");
    upstream.dispose();
    await closed;
    await failureOf(texts, "upstream-unreachable");
    assert.equal(clock.timerCount, 0);
  });
});

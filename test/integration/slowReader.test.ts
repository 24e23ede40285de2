import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { WebSocket } from "ws";
import { decodeServerMessage, encodeClientMessage } from "../../src/wire/codec.ts";
import { subprotocol } from "../../src/wire/limits.ts";
import type { ServerMessage } from "../../src/wire/messages.ts";
import { Changes } from "../helpers/changes.ts";
import { hello } from "../helpers/framePeer.ts";
import { startHostedGateway, teamToken } from "../helpers/hostedGateway.ts";
import { ScriptedUpstream } from "../helpers/scriptedUpstream.ts";
import { Typist } from "../helpers/typist.ts";

const tokens = Array<string>(48 * 1024).fill("x".repeat(1024));

/** A completion's text that came at once may go beyond its credit: what one read of the model's socket has. */
const atOnce = 64 * 1024;

/** What a process holds in memory, in MiB; undefined where the system does not tell. */
function residentMib(pid: number): number | undefined {
  const path = `/proc/${pid}/status`;
  if (!existsSync(path)) return undefined;
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(path, "utf8"))?.[1]) / 1024;
}

describe("a client that stops reading", () => {
  it("leaves the gateway as small as it was, and gets what it is due when it reads on", async (t) => {
    const upstream = await new ScriptedUpstream({ tokens }).listen();
    t.after(() => upstream.close());
    const gateway = await startHostedGateway(upstream.url, (action) => {
      t.after(action);
    });
    const headers = { Authorization: `Bearer ${teamToken}` };
    const ws = new WebSocket(gateway.address, [subprotocol], { headers });
    t.after(() => {
      ws.terminate();
    });
    const received: ServerMessage[] = [];
    const changes = new Changes();
    ws.on("message", (data) => {
      received.push(decodeServerMessage(data as Buffer));
      changes.notify();
    });
    await once(ws, "open");
    const typist = new Typist({
      say: (message) => {
        ws.send(encodeClientMessage(message));
      },
      sayBytes: (bytes) => {
        ws.send(bytes);
      },
    });
    typist.mouth.say(hello);
    await changes.until(() => received.length === 1);
    ws.pause();
    const beforeMib = residentMib(gateway.pid);
    typist.ask();
    await upstream.until(() => upstream.records[0]?.tokensAt.length === tokens.length);
    for (let each = 0; each < 50; each++) await (await fetch(`${gateway.http}/healthz`)).text();
    const afterMib = residentMib(gateway.pid);
    t.diagnostic(`resident: ${beforeMib ?? 0} MiB before, ${afterMib ?? 0} MiB after`);
    if (beforeMib !== undefined && afterMib !== undefined) assert.ok(afterMib - beforeMib < 24);
    ws.resume();
    typist.mouth.say({ kind: "ping", nonce: 1 });
    const chars = () =>
      received.reduce((sum, message) => sum + ("text" in message ? message.text.length : 0), 0);
    await changes.until(() => received.at(-1)?.kind === "pong");
    const isJustOver = (kib: number) => chars() >= kib * 1024 && chars() < kib * 1024 + atOnce;
    assert.ok(isJustOver(64), `${chars()}`);
    typist.mouth.say({ kind: "credit", stream: 1, sizeBytes: 32 * 1024 });
    await changes.until(() => chars() >= 96 * 1024);
    typist.cancel(1);
    await changes.until(() => received.at(-1)?.kind === "cancelled");
    assert.ok(isJustOver(96), `${chars()}`);
    assert.equal(ws.readyState, WebSocket.OPEN);
  });
});

import assert from "node:assert/strict";
import { once } from "node:events";
import { afterEach, beforeEach, describe, it } from "node:test";
import { WebSocket } from "ws";
import { frameRecord } from "../../src/link/records.ts";
import { encodeClientMessage } from "../../src/wire/codec.ts";
import {
  maxFrameBytes,
  maxRequestMs,
  slowestBytesPerMs,
  subprotocol,
} from "../../src/wire/limits.ts";
import { hello } from "../helpers/framePeer.ts";
import {
  echo,
  gatewayToken,
  startGatewayServer,
  type TestGateway,
} from "../helpers/gatewayServer.ts";
import { ManualClock } from "../helpers/manualClock.ts";
import { RawHttpLink } from "../helpers/rawHttpLink.ts";
import { settled } from "../helpers/settled.ts";

const pieces = 10;
const pieceMs = maxRequestMs / pieces;

describe("a frame of 1 MiB that comes over the slowest line", () => {
  const greeting = encodeClientMessage(hello);
  const frame = encodeClientMessage({ kind: "put", place: 0, text: "x".repeat(500_000) });
  const part = (index: number, of = frame) =>
    of.subarray((index * of.length) / pieces, ((index + 1) * of.length) / pieces);
  let clock: ManualClock;
  let gateway: TestGateway;

  beforeEach(async () => {
    clock = new ManualClock();
    gateway = await startGatewayServer(echo, undefined, clock);
  });
  afterEach(() => {
    gateway.server.dispose();
  });

  it("takes no longer than the gateway lets a request take", () => {
    assert.ok(maxRequestMs >= maxFrameBytes / slowestBytesPerMs);
  });

  const pass = async () => {
    for (let turn = 0; turn < 10; turn++) await settled();
    clock.advance(pieceMs);
  };

  it("keeps a WebSocket open while it comes, and not a moment longer than any", async () => {
    const headers = { authorization: `Bearer ${gatewayToken}` };
    const ws = new WebSocket(gateway.address, [subprotocol], { headers, perMessageDeflate: false });
    await once(ws, "open");
    ws.send(greeting);
    await once(ws, "message");
    for (let index = 0; index < pieces; index++) {
      ws.send(part(index), { fin: index === pieces - 1 });
      await pass();
    }
    ws.send(encodeClientMessage({ kind: "ping", nonce: 1 }));
    await once(ws, "message");
    ws.send(part(0), { fin: false });
    await pass();
    clock.advance(30_000);
    await once(ws, "close");
  });

  it("keeps a link over plain HTTP open while it comes", async () => {
    const link = new RawHttpLink(gateway.http);
    await link.open();
    await link.post(1, frameRecord(greeting));
    const request = link.begin(2);
    const record = frameRecord(frame);
    for (let index = 0; index < pieces; index++) {
      request.write(part(index, record));
      await pass();
    }
    assert.equal((await link.answerOf(request.end())).statusCode, 204);
    assert.equal(gateway.openLinks(), 1);
    link.end();
  });
});

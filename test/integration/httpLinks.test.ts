import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:net";
import { afterEach, beforeEach, describe, it } from "node:test";
import { closeRecord, frameRecord } from "../../src/link/records.ts";
import { encodeClientMessage } from "../../src/wire/codec.ts";
import { linkHeaders, maxFrameBytes } from "../../src/wire/limits.ts";
import type { ClientMessage } from "../../src/wire/messages.ts";
import { AnswerDesk } from "../helpers/answerDesk.ts";
import { hello } from "../helpers/framePeer.ts";
import { gatewayToken, startGatewayServer, type TestGateway } from "../helpers/gatewayServer.ts";
import { RawHttpLink } from "../helpers/rawHttpLink.ts";
import { Typist } from "../helpers/typist.ts";

const records = (...messages: ClientMessage[]): Buffer =>
  Buffer.concat(messages.map((message) => frameRecord(encodeClientMessage(message))));

const recordHeadBytes = frameRecord(Buffer.alloc(0)).length;

describe("a gateway's links over plain HTTP", () => {
  let desk: AnswerDesk;
  let gateway: TestGateway;
  let link: RawHttpLink;
  let typist: Typist;
  let typed: Buffer[];

  beforeEach(async () => {
    desk = new AnswerDesk();
    gateway = await startGatewayServer(desk.answer);
    link = new RawHttpLink(gateway.http);
    typed = [];
    typist = new Typist({
      say: (message) => typed.push(records(message)),
      sayBytes: (bytes) => typed.push(frameRecord(bytes)),
    });
  });
  afterEach(() => {
    link.end();
    gateway.server.dispose();
  });

  /** The records of what the typist said since the last time. */
  const taken = (): Buffer => Buffer.concat(typed.splice(0));
  /** The records of an ask in a new document. */
  const ask = (): Buffer => {
    typist.ask();
    return taken();
  };

  async function open(): Promise<void> {
    assert.equal(await link.open(), 200);
    assert.equal(await link.post(1, records(hello)), 204);
    await link.until(() => link.records.length === 1);
  }

  it("forbid everybody on the way to keep, change or hold back what they send", async () => {
    await open();
    assert.equal(link.headers["content-type"], "application/octet-stream");
    assert.equal(link.headers["cache-control"], "no-store, no-transform");
    assert.equal(link.headers["x-accel-buffering"], "no");
  });

  const refused: readonly (readonly [number, string, Record<string, string | undefined>])[] = [
    [401, "no token", { authorization: undefined }],
    [401, "a wrong token", { authorization: "Bearer wrong" }],
    [401, "a token of another scheme", { authorization: `Basic ${gatewayToken}` }],
    [403, "a web page's origin", { origin: "https://evil.example" }],
    [403, "an origin and no token", { origin: "null", authorization: undefined }],
    [400, "another protocol", { [linkHeaders.protocol]: "slipstream.v0" }],
    [400, "no protocol", { [linkHeaders.protocol]: undefined }],
    [400, "no id", { [linkHeaders.link]: undefined }],
    [400, "an id too short", { [linkHeaders.link]: "abc" }],
    [400, "an id of other digits", { [linkHeaders.link]: "G".repeat(32) }],
  ];
  for (const [status, what, headers] of refused) {
    it(`are not opened with ${what}: ${status}`, async () => {
      assert.equal(await link.open(headers), status);
      assert.equal(gateway.openLinks(), 0);
      assert.ok(!gateway.log.join("\n").includes(gatewayToken));
    });
  }

  it("are not opened twice under one id", async () => {
    await open();
    assert.equal(await link.open(), 409);
    assert.equal(await link.post(2, ask()), 204);
    assert.equal(gateway.openLinks(), 1);
  });

  it("take up nothing under an id that is not known", async () => {
    await open();
    assert.equal(await new RawHttpLink(gateway.http).post(1, records(hello)), 404);
  });

  it("take up nothing without the token or from another tenant, and go on", async () => {
    const tokenHash = createHash("sha256").update("other").digest();
    gateway.tenants.push({ name: "other", tokenHash });
    await open();
    const asked = ask();
    assert.equal(await link.post(2, asked, { authorization: "Bearer other" }), 404);
    assert.equal(await link.post(2, asked, { authorization: undefined }), 401);
    assert.equal(await link.post(2, asked, { origin: "https://evil.example" }), 403);
    assert.equal(desk.asks.length, 0);
    assert.equal(await link.post(2, asked), 204);
    await desk.ask(1);
  });

  it("are closed with 4401 when the tenant's token is taken away", async () => {
    await open();
    gateway.tenants.length = 0;
    gateway.server.dropStrangers();
    assert.equal(await link.closeCode(), 4401);
    assert.equal(await link.post(2, ask()), 401);
  });

  it("take up several frames in one request, and one in pieces", async () => {
    await open();
    const request = link.begin(2);
    for (const byte of Buffer.concat([ask(), ask(), records({ kind: "ping", nonce: 7 })])) {
      request.write(Buffer.of(byte));
      await new Promise(setImmediate);
    }
    assert.equal((await link.answerOf(request.end())).statusCode, 204);
    await desk.ask(2);
    await link.until(() => link.records.length === 2);
  });

  const outOfTurn: readonly (readonly [string, number])[] = [
    ["repeated", 1],
    ["left out", 3],
    ["zero", 0],
    ["no number", Number.NaN],
  ];
  for (const [what, sequence] of outOfTurn) {
    it(`are closed with 4400 when a number is ${what}`, async () => {
      await open();
      assert.equal(await link.post(sequence, ask()), 409);
      assert.equal(await link.closeCode(), 4400);
      assert.equal(desk.asks.length, 0);
      assert.equal(gateway.openLinks(), 0);
    });
  }

  it("are closed with 4400 by a second request beside an open one", async () => {
    await open();
    const first = link.begin(2);
    first.write(ask());
    const open1 = await desk.ask(1);
    assert.equal(await link.post(3, ask()), 409);
    assert.equal(await link.closeCode(), 4400);
    assert.ok(open1.signal.aborted);
    first.destroy();
  });

  const broken: readonly (readonly [string, Buffer, number])[] = [
    ["half a record", records(hello).subarray(0, 9), 4400],
    ["half a length", Buffer.of(0, 0), 4400],
    ["a close record without a code", Buffer.of(0x80, 0, 0, 1, 3), 4400],
    ["a close record without an end", Buffer.of(0xff, 0xff, 0xff, 0xff), 4400],
    ["a frame of more than 1 MiB", Buffer.of(0, 0x10, 0, 1), 1009],
    ["a frame that is none", frameRecord(Buffer.of(0x7f)), 4400],
    ["a text page", Buffer.from("<html>"), 1009],
  ];
  for (const [what, bytes, code] of broken) {
    it(`are closed with ${code} upon ${what}`, async () => {
      await open();
      await link.post(2, bytes);
      assert.equal(await link.closeCode(), code);
      assert.equal(gateway.openLinks(), 0);
    });
  }

  it("end with a request that breaks off, since what it carried is lost", async () => {
    await open();
    const request = link.begin(2);
    request.write(ask());
    const open1 = await desk.ask(1);
    request.destroy();
    assert.equal(await link.closeCode(), 0);
    await desk.until(() => open1.isStopped);
    assert.ok(open1.signal.aborted);
  });

  it("end when their response is no longer read, and the work is stopped", async () => {
    await open();
    await link.post(2, ask());
    const open1 = await desk.ask(1);
    link.end();
    await desk.until(() => open1.isStopped);
    assert.ok(open1.signal.aborted);
    assert.equal(await link.post(3, ask()), 404);
  });

  it("end with a request up that stands still, also on a connection that was used before", async () => {
    assert.equal(await link.open(), 200);
    const { hostname, port } = new URL(gateway.http);
    const socket = connect(Number(port), hostname);
    socket.on("error", () => undefined);
    const head = (sequence: number, size: number) =>
      `POST /v1/link HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${gatewayToken}\r\n` +
      `${linkHeaders.link}: ${link.id}\r\n${linkHeaders.sequence}: ${sequence}\r\n` +
      `Content-Length: ${size}\r\n\r\n`;
    const said = records(hello);
    socket.write(Buffer.concat([Buffer.from(head(1, said.length)), said]));
    await once(socket, "data"); // the 204
    socket.write(`${head(2, 1_000)}abc`);
    await once(socket, "close");
    await link.until(() => link.hasEnded);
  });

  it("are closed with 1013 when their response stands still, and the work is stopped", async () => {
    await open();
    for (let each = 0; each < 60; each++) {
      const document = typist.open("x");
      for (let asks = 0; asks < 3; asks++) document.ask(1, { keepsOlder: true });
    }
    await link.post(2, taken());
    await desk.ask(180);
    link.pause();
    for (const asked of desk.asks) asked.text("x".repeat(250_000));
    await desk.until(() => desk.asks.every(({ isStopped }) => isStopped));
    assert.ok(desk.asks.every(({ signal }) => signal.aborted));
    link.resume();
    assert.equal(await link.closeCode(), 1013);
  });

  it("are ended by the client's close record", async () => {
    await open();
    const farewell = Buffer.concat([ask(), closeRecord(1000, "done"), ask()]);
    assert.equal(await link.post(2, farewell), 204);
    assert.equal(await link.closeCode(), 1000);
    assert.equal(desk.asks.length, 1);
    assert.ok(desk.asks[0]?.signal.aborted);
    assert.equal(gateway.openLinks(), 0);
  });

  it("are closed with 1001 and its reason when the gateway goes away", async () => {
    await open();
    gateway.server.dispose();
    assert.equal(await link.closeCode(), 1001);
    assert.deepEqual(link.records.at(-1), {
      kind: "close",
      code: 1001,
      reason: "the gateway is going away",
    });
  });

  it("carry a frame of exactly 1 MiB", async () => {
    await open();
    const text = "x".repeat(maxFrameBytes - 100);
    typist.open(text);
    const headBytes = taken().length - text.length;
    const whole = "x".repeat(maxFrameBytes + recordHeadBytes - headBytes);
    const document = typist.open(whole);
    const frame = taken();
    assert.equal(frame.length, maxFrameBytes + recordHeadBytes);
    document.ask(whole.length);
    assert.equal(await link.post(2, Buffer.concat([frame, taken()])), 204);
    assert.equal((await desk.ask(1)).request.before.length, whole.length);
  });
});

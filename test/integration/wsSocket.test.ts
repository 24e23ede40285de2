import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { afterEach, beforeEach, describe, it } from "node:test";
import type { WebSocket } from "ws";
import { Failure, type FailureCode } from "../../src/base/failure.ts";
import { ServerLink } from "../../src/link/serverLink.ts";
import { dialWebSocket } from "../../src/link/wsSocket.ts";
import { encodeClientMessage } from "../../src/wire/codec.ts";
import { AnswerDesk } from "../helpers/answerDesk.ts";
import { clientPeer, hello } from "../helpers/framePeer.ts";
import { serverParts } from "../helpers/linkParts.ts";
import { ManualClock } from "../helpers/manualClock.ts";
import { settled } from "../helpers/settled.ts";
import { rawWebSocketPair, webSocketPair } from "../helpers/socketPairs.ts";
import { Typist } from "../helpers/typist.ts";

const never = new AbortController().signal;
const isFailure = (code: FailureCode) => (error: unknown) =>
  error instanceof Failure && error.code === code;

describe("a WebSocket with a client that has no manners", () => {
  let ws: WebSocket;
  let desk: AnswerDesk;
  let typist: Typist;
  let closed: Promise<[number]>;
  let dispose: () => void;

  beforeEach(async () => {
    const pair = await rawWebSocketPair();
    ws = pair.client;
    desk = new AnswerDesk();
    closed = once(ws, "close") as Promise<[number]>;
    dispose = () => {
      pair.dispose();
    };
    new ServerLink(serverParts(pair.server, new ManualClock(), desk.answer));
    typist = new Typist({
      say: (message) => {
        ws.send(encodeClientMessage(message));
      },
      sayBytes: (bytes) => {
        ws.send(bytes);
      },
    });
    ws.send(encodeClientMessage(hello));
    await once(ws, "message");
  });
  afterEach(() => {
    dispose();
  });

  it("is closed with 4400 upon a text message, and nothing after it is done", async () => {
    ws.send("hello?");
    typist.ask();
    assert.equal((await closed)[0], 4400);
    assert.equal(desk.asks.length, 0);
  });

  it("is sent no more than it grants when it stops reading, and nothing piles up", async () => {
    typist.ask();
    const open = await desk.ask(1);
    ws.pause();
    for (let each = 0; each < 20_000; each++) open.text("x".repeat(1_024));
    await settled();
    while (open.unreadCount < 19_000) await settled();
    for (let each = 0; each < 50; each++) await settled();
    assert.ok(open.unreadCount >= 20_000 - 66, `${open.unreadCount} are left`);
    assert.ok(!open.signal.aborted);
    ws.resume();
    typist.cancel(1);
    await desk.until(() => open.isStopped);
  });

  it("is closed when it asks and asks and reads nothing, and the work is stopped", async () => {
    for (let each = 0; each < 60; each++) typist.ask();
    await desk.ask(60);
    ws.pause();
    const text = "x".repeat(250_000);
    while (!desk.asks.every(({ isStopped }) => isStopped)) {
      for (const ask of desk.asks) {
        ask.text(text);
        ws.send(encodeClientMessage({ kind: "credit", stream: 1, sizeBytes: 1_000_000 }));
      }
      await new Promise(setImmediate);
    }
    assert.ok(desk.asks.every(({ signal }) => signal.aborted));
    ws.resume();
    assert.equal((await closed)[0], 1013);
  });
});

describe("dialling a gateway", () => {
  let server: Server;
  let address: string;
  let onUpgrade: (request: IncomingMessage, socket: Duplex) => void;

  beforeEach(async () => {
    server = createServer((_request, response) => response.end());
    server.on("upgrade", (request: IncomingMessage, socket: Duplex) => {
      socket.on("error", () => undefined);
      onUpgrade(request, socket);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    address = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/v1/link`;
  });
  afterEach(() => {
    server.close();
    server.closeAllConnections();
  });

  const answers: readonly (readonly [string, FailureCode])[] = [
    ["401 Unauthorized", "unauthorized"],
    ["403 Forbidden", "handshake-refused"],
    ["404 Not Found", "handshake-refused"],
    ["302 Found", "handshake-refused"],
    ["200 OK", "handshake-refused"],
    ["407 Proxy Authentication Required", "handshake-refused"],
    ["429 Too Many Requests", "busy"],
    ["502 Bad Gateway", "gateway-unreachable"],
    ["503 Service Unavailable", "gateway-unreachable"],
    ["503 Service Unavailable\r\nRetry-After: 5", "busy"],
  ];
  for (const [status, code] of answers) {
    it(`fails with ${code} when it is answered ${status}`, async () => {
      onUpgrade = (_request, socket) =>
        socket.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
      await assert.rejects(dialWebSocket(address, "token", never), isFailure(code));
    });
  }

  it("says for how long a full gateway wants to be left alone", async () => {
    onUpgrade = (_request, socket) =>
      socket.end("HTTP/1.1 429 No\r\nRetry-After: 20\r\nContent-Length: 0\r\n\r\n");
    await assert.rejects(dialWebSocket(address, "token", never), { retryAfterMs: 20_000 });
  });

  it("says its token in the upgrade request alone, names the subprotocol and offers no compression", async () => {
    let headers: IncomingMessage["headers"] = {};
    onUpgrade = (request, socket) => {
      ({ headers } = request);
      socket.end("HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n");
    };
    await assert.rejects(dialWebSocket(address, "secret", never));
    assert.equal(headers.authorization, "Bearer secret");
    assert.equal(headers["sec-websocket-protocol"], "slipstream.v2");
    assert.equal(headers["sec-websocket-extensions"], undefined);
    assert.equal(headers.origin, undefined);
  });

  it("fails when the connection breaks before an answer", async () => {
    onUpgrade = (_request, socket) => socket.destroy();
    const dialling = dialWebSocket(address, "token", never);
    await assert.rejects(dialling, isFailure("gateway-unreachable"));
  });

  it("fails when nothing listens, or the address is none", async () => {
    server.close();
    await once(server, "close");
    for (const where of [address, "not an address", "ftp://example.com"]) {
      const dialling = dialWebSocket(where, "token", never);
      await assert.rejects(dialling, (error) => error instanceof Error);
    }
  });

  it("gives up with the signal's reason, at once, and closes its connection", async () => {
    const controller = new AbortController();
    const asked = Promise.withResolvers<Duplex>();
    onUpgrade = (_request, socket) => {
      asked.resolve(socket);
    };
    const dialling = dialWebSocket(address, "token", controller.signal);
    const socket = await asked.promise;
    controller.abort(new Error("closing"));
    await assert.rejects(dialling, /closing/);
    socket.resume();
    await once(socket, "end");
    socket.destroy();
    await assert.rejects(dialWebSocket(address, "token", controller.signal), /closing/);
  });

  it("opens one that carries frames both ways", async () => {
    const pair = await webSocketPair();
    const client = clientPeer(pair.client);
    const got = Promise.withResolvers<Uint8Array>();
    pair.server.listen({
      frame: (bytes) => {
        got.resolve(bytes);
      },
      closed: () => undefined,
    });
    client.say({ kind: "ping", nonce: 5 });
    assert.equal(Buffer.from(await got.promise).toString("hex"), "aa05");
    pair.dispose();
  });
});

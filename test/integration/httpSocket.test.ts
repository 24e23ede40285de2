import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, it } from "node:test";
import { Failure, type FailureCode } from "../../src/base/failure.ts";
import type { FrameSocket } from "../../src/link/frameSocket.ts";
import { dialHttp } from "../../src/link/httpSocket.ts";
import { closeRecord, frameRecord } from "../../src/link/records.ts";
import { closeCodes } from "../../src/wire/closeCodes.ts";
import { linkPath } from "../../src/wire/limits.ts";
import { Changes } from "../helpers/changes.ts";
import type { Closed } from "../helpers/rawPeer.ts";

const never = new AbortController().signal;
const isFailure = (code: FailureCode) => (error: unknown) =>
  error instanceof Failure && error.code === code;

interface Post {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** Collects what a socket tells its owner. */
function hear(socket: FrameSocket) {
  const changes = new Changes();
  const heard = { frames: [] as string[], closes: [] as Closed[] };
  socket.listen({
    frame: (bytes) => {
      heard.frames.push(Buffer.from(bytes).toString("hex"));
      changes.notify();
    },
    closed: (code, reason) => {
      heard.closes.push({ code, reason });
      changes.notify();
    },
  });
  return { ...heard, until: (condition: () => boolean) => changes.until(condition) };
}

describe("the client's end of plain HTTP", () => {
  let server: Server;
  let address: string;
  let posts: Post[];
  let changes: Changes;

  beforeEach(async () => {
    posts = [];
    changes = new Changes();
    server = createServer((request, response) => {
      posts.push({ request, response });
      changes.notify();
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    address = `ws://127.0.0.1:${(server.address() as AddressInfo).port}${linkPath}`;
  });
  afterEach(() => {
    server.close();
    server.closeAllConnections();
  });

  const dial = (signal = never) => dialHttp(address, "token", signal);
  async function post(count: number): Promise<Post> {
    await changes.until(() => posts.length >= count);
    const found = posts[count - 1];
    assert.ok(found);
    return found;
  }
  async function bodyOf({ request }: Post): Promise<string> {
    const chunks = (await request.toArray()) as Buffer[];
    return Buffer.concat(chunks).toString("hex");
  }
  const idOf = ({ request }: Post) =>
    Buffer.from(String(request.headers["slipstream-link"]), "hex");

  /** An open link and the response that its gateway writes to. */
  async function open() {
    const dialling = dial();
    const first = await post(1);
    first.response.writeHead(200).write(idOf(first));
    const socket = await dialling;
    return { socket, down: first.response, ...hear(socket) };
  }

  const answers: readonly (readonly [number, FailureCode])[] = [
    [401, "unauthorized"],
    [403, "handshake-refused"],
    [404, "handshake-refused"],
    [405, "handshake-refused"],
    [407, "handshake-refused"],
    [302, "handshake-refused"],
    [204, "handshake-refused"],
    [429, "busy"],
    [503, "gateway-unreachable"],
  ];
  for (const [status, code] of answers) {
    it(`fails with ${code} when it is answered ${status}`, async () => {
      const dialling = dial();
      (await post(1)).response.writeHead(status).end();
      await assert.rejects(dialling, isFailure(code));
    });
  }

  it("fails with busy when it is answered 503 and told to come back later", async () => {
    const dialling = dial();
    (await post(1)).response.writeHead(503, { "Retry-After": "5" }).end();
    await assert.rejects(dialling, { code: "busy", retryAfterMs: 5_000 });
  });

  it("fails when the answer begins as no gateway's does, or ends before it has begun", async () => {
    const page = dial();
    (await post(1)).response.writeHead(200).write("<!doctype html><title>Log in</title>");
    await assert.rejects(page, isFailure("handshake-refused"));
    const cut = dial();
    (await post(2)).response.writeHead(200).end("<html>");
    await assert.rejects(cut, isFailure("gateway-unreachable"));
    const reset = dial();
    (await post(3)).response.destroy();
    await assert.rejects(reset, isFailure("gateway-unreachable"));
  });

  it("gives up with the signal's reason and ends its connection, answered or not", async () => {
    for (const isAnswered of [false, true]) {
      const controller = new AbortController();
      const dialling = dial(controller.signal);
      const { response } = await post(isAnswered ? 2 : 1);
      if (isAnswered) response.writeHead(200).flushHeaders(); // and the body is held back
      controller.abort(new Error("closing"));
      await assert.rejects(dialling, /closing/);
      await once(response, "close");
    }
    await assert.rejects(dial(AbortSignal.abort(new Error("closed"))), /closed/);
  });

  it("says its token in each request, and its frames in the one that follows", async () => {
    const { socket } = await open();
    socket.send(Buffer.of(1));
    socket.send(Buffer.of(2));
    const up = await post(2);
    assert.equal(await bodyOf(up), "00000001010000000102");
    assert.equal(up.request.headers.authorization, "Bearer token");
    assert.equal(up.request.headers["slipstream-sequence"], "1");
    assert.deepEqual(idOf(up), idOf(await post(1)));
    assert.equal(up.request.headers.origin, undefined);
    socket.terminate();
  });

  it("waits with the next request for the answer, and lets what gathers ride together", async () => {
    const { socket } = await open();
    socket.send(Buffer.of(1));
    const first = await post(2);
    await bodyOf(first);
    for (const byte of [2, 3, 4]) {
      socket.send(Buffer.of(byte));
      await new Promise(setImmediate);
    }
    assert.equal(posts.length, 2);
    assert.equal(socket.unsentBytes, 4 * 5);
    first.response.writeHead(204).end();
    const second = await post(3);
    assert.equal(await bodyOf(second), "000000010200000001030000000104");
    assert.equal(second.request.headers["slipstream-sequence"], "2");
    second.response.writeHead(204).end();
    socket.terminate();
  });

  it("sends no more than 128 KiB in one request where that is more than one frame", async () => {
    const { socket } = await open();
    for (let each = 0; each < 5; each++) socket.send(new Uint8Array(60_000));
    socket.send(new Uint8Array(500_000));
    const sizes: number[] = [];
    for (let request = 2; request <= 5; request++) {
      const up = await post(request);
      sizes.push((await bodyOf(up)).length / 2);
      up.response.writeHead(204).end();
    }
    assert.deepEqual(sizes, [120_008, 120_008, 60_004, 500_004]);
    socket.terminate();
  });

  it("tells frames as they come, however they are cut, also those that came before it was heard", async () => {
    const dialling = dial();
    const first = await post(1);
    first.response.writeHead(200).write(Buffer.concat([idOf(first), frameRecord(Buffer.of(1))]));
    const { frames, until } = hear(await dialling);
    for (const byte of frameRecord(Buffer.of(2, 3))) {
      first.response.write(Buffer.of(byte));
      await new Promise(setImmediate);
    }
    await until(() => frames.length === 2);
    assert.deepEqual(frames, ["01", "0203"]);
  });

  it("tells the gateway's close with its code and reason, once, and nothing after it", async () => {
    const { closes, frames, down, until, socket } = await open();
    down.write(closeRecord(4408, "no hello – sorry"));
    down.end(frameRecord(Buffer.of(9)));
    await until(() => closes.length > 0);
    socket.close(closeCodes.normal, "late");
    socket.send(Buffer.of(1));
    await new Promise(setImmediate);
    assert.deepEqual(closes, [{ code: 4408, reason: "no hello – sorry" }]);
    assert.deepEqual(frames, []);
    assert.equal(posts.length, 1);
  });

  for (const how of ["end", "destroy"] as const) {
    it(`is closed when its response breaks: ${how}`, async () => {
      const { closes, down, until } = await open();
      down[how]();
      await until(() => closes.length > 0);
      assert.deepEqual(closes, [{ code: 1006, reason: "" }]);
    });
  }

  it("says its own close as the last thing, after the frames before it", async () => {
    const { socket, closes, until, down } = await open();
    socket.send(Buffer.of(1));
    socket.close(closeCodes.normal, "bye");
    socket.send(Buffer.of(2));
    assert.deepEqual(closes, []);
    const up = await post(2);
    assert.equal(await bodyOf(up), `0000000101${closeRecord(1000, "bye").toString("hex")}`);
    down.write(frameRecord(Buffer.of(5)));
    up.response.writeHead(204).end();
    await until(() => closes.length > 0);
    assert.deepEqual(closes, [{ code: 1000, reason: "bye" }]);
    await once(down, "close");
  });

  it("hears the gateway's last word when a request is no longer taken", async () => {
    const { socket, closes, until, down } = await open();
    socket.send(Buffer.of(1));
    (await post(2)).response.writeHead(404).end();
    down.end(closeRecord(1013, "too slow"));
    await until(() => closes.length > 0);
    assert.deepEqual(closes, [{ code: 1013, reason: "too slow" }]);
  });

  for (const how of ["is refused", "breaks"] as const) {
    it(`is closed when a request ${how} and the gateway says nothing of it`, async () => {
      const { socket, closes, until } = await open();
      socket.send(Buffer.of(1));
      const { response } = await post(2);
      if (how === "breaks") response.destroy();
      else response.writeHead(413).end();
      await until(() => closes.length > 0);
      assert.equal(closes[0]?.code, 1006);
    });
  }

  it("is closed when a request is refused, though text still comes down", async () => {
    const { socket, closes, until, down } = await open();
    const coming = setInterval(() => down.write(frameRecord(Buffer.of(7))), 100);
    socket.send(Buffer.of(1));
    (await post(2)).response.writeHead(413).end();
    await until(() => closes.length > 0);
    clearInterval(coming);
  });

  it("closes with 1009 what is too large, and with 4400 what is no record", async () => {
    for (const [bytes, code] of [
      [Buffer.of(0, 0x10, 0, 1), 1009],
      [Buffer.of(0x80, 0, 0, 1, 1), 4400],
    ] as const) {
      posts.length = 0;
      const { closes, down, until } = await open();
      down.write(bytes);
      const up = await post(2);
      assert.equal((await bodyOf(up)).slice(8, 12), code.toString(16).padStart(4, "0"));
      up.response.writeHead(204).end();
      await until(() => closes.length > 0);
      assert.equal(closes[0]?.code, code);
    }
  });

  it("is closed when more than 4 MiB are not taken", async () => {
    const { socket, closes, until } = await open();
    for (let each = 0; each < 5; each++) socket.send(new Uint8Array(900_000));
    const up = await post(2);
    const size = (await bodyOf(up)).length / 2;
    assert.ok(size <= 1_048_576 + 4, `${size} bytes in one request`);
    up.response.destroy();
    await until(() => closes.length > 0);
    assert.equal(closes[0]?.code, 1013);
    assert.equal(socket.unsentBytes, 0);
  });
});

import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { describe, it } from "node:test";
import { createUpstream } from "../../../../src/gateway/upstreams/createUpstream.ts";
import { SteppedClock } from "./steppedClock.ts";
import {
  arrange,
  failureOf,
  never,
  request,
  settings,
  textOf,
  textsOf,
} from "./upstreamFixture.ts";

const way = "openai-compatible";

void describe("A connection that is made ahead", () => {
  void it("is there before the first question, which takes it", async (t) => {
    const { server, upstream } = await arrange(t, way);
    await server.until(() => server.spareConnections === 1);
    server.script = { outcome: { kind: "silent" } };
    const abort = new AbortController();
    const asked = textsOf(upstream, abort.signal);
    await server.until(() => server.records.length === 1);
    await server.until(() => server.spareConnections === 1); // the next one, behind the question
    assert.equal(server.openConnections, 1);
    abort.abort(new Error("typed on"));
    await assert.rejects(asked, /typed on/);
    await server.until(() => server.openConnections === 0);
    assert.equal(server.spareConnections, 1, "what is given up leaves one behind");
    server.script = {};
    assert.equal(await textOf(upstream), "hello world");
    assert.equal(server.connections, 2);
  });

  void it("is not made where one is free", async (t) => {
    const { server, upstream } = await arrange(t, way);
    for (let i = 0; i < 5; i++) await textsOf(upstream);
    await server.until(() => server.spareConnections === 1);
    assert.equal(server.connections, 1);
    assert.equal(server.openConnections + server.spareConnections, 2);
  });

  void it("that its server has closed meanwhile is replaced by another for the same question", async (t) => {
    const { server, upstream, clock } = await arrange(t, way);
    await server.until(() => server.spareConnections === 1);
    clock.advance(1_000);
    server.dropConnections(); // not awaited: the client has not seen it when it asks
    assert.equal(await textOf(upstream), "hello world");
    assert.equal(server.records.length, 1);
  });

  void it("is made again when a place is warmed", async (t) => {
    const { server, upstream } = await arrange(t, way);
    await server.until(() => server.spareConnections === 1);
    server.dropConnections();
    await server.until(() => server.spareConnections === 0);
    while (server.spareConnections === 0) {
      await upstream.warm?.(request(), never); // the client may not have seen yet that it is gone
      await new Promise(setImmediate);
    }
    assert.equal(server.records.length, 0);
    assert.equal(await textOf(upstream), "hello world");
  });

  void it("closes with its upstream", async (t) => {
    const { server, upstream } = await arrange(t, way);
    await server.until(() => server.spareConnections === 1);
    upstream.dispose();
    await server.until(() => server.spareConnections === 0);
  });

  void it("says nothing where nobody listens; the question does", async (t) => {
    const { server, upstream } = await arrange(t, way);
    await server.close();
    await failureOf(textsOf(upstream), "upstream-unreachable");
  });

  void it("is not asked over when the server has said something on it unasked", async (t) => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      sockets.push(socket);
      socket.on("error", () => undefined);
      if (sockets.length === 1) socket.write("HTTP/1.1 408 Request Timeout\r\n\r\n");
      socket.on("data", () =>
        socket.end(
          'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\ndata: {"choices":[{"text":"right","finish_reason":"stop"}]}\n\ndata: [DONE]\n\n',
        ),
      );
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    t.after(() => server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const upstream = createUpstream(settings(way, url), new SteppedClock());
    t.after(() => {
      upstream.dispose();
    });
    while (sockets.length === 0) await new Promise(setImmediate);
    for (let turns = 0; turns < 20; turns++) await new Promise(setImmediate); // until it is read
    assert.equal(await textOf(upstream), "right");
  });
});

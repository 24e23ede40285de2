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

const texts = ["größe", " 🎉", "\r\n", "data: x"];

/** An answer with comments, other fields and the given line ends. */
function answer(lineEnd: string): Buffer {
  const events = texts.map(
    (content) =>
      `: ping${lineEnd}event: message${lineEnd}data: ${JSON.stringify({ content, stop: false })}`,
  );
  const last = 'data:{"content":"","stop":true}';
  return Buffer.from([...events, last, ""].join(lineEnd + lineEnd));
}

/** Numbers from 0 to 1 from a seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A bare TCP server that reads each request and answers with the pieces, one after the other. */
async function rawServer(
  write: (
    send: (bytes: string | Uint8Array) => Promise<void>,
    end: () => void,
    asks: string,
  ) => Promise<void>,
) {
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on("error", () => undefined);
    socket.once("data", (asks) => {
      const send = (bytes: string | Uint8Array) =>
        new Promise<void>((resolve) => socket.write(bytes, () => setImmediate(resolve)));
      void write(send, () => socket.end(), asks.toString());
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";

describe("the streaming client", () => {
  for (const [name, lineEnd] of [
    ["LF", "\n"],
    ["CRLF", "\r\n"],
    ["CR", "\r"],
  ] as const) {
    it(`reads the same texts when a ${name} answer comes byte by byte`, async (t) => {
      const chunks = [...answer(lineEnd)].map((byte) => Uint8Array.of(byte));
      const { upstream } = await arrange(t, "llama.cpp", { outcome: { kind: "raw", chunks } });
      assert.equal(await textOf(upstream), texts.join(""));
    });

    it(`reads the same texts with one border at each byte of a ${name} answer`, async (t) => {
      const bytes = answer(lineEnd);
      const { server, upstream } = await arrange(t, "llama.cpp");
      for (let at = 1; at < bytes.length; at++) {
        const chunks = [bytes.subarray(0, at), bytes.subarray(at)];
        server.script = { outcome: { kind: "raw", chunks } };
        assert.equal(await textOf(upstream), texts.join(""), `border at ${at}`);
      }
      assert.equal(server.connections, 1);
    });
  }

  it("reads the same texts however the answer is cut, also on the wire", async (t) => {
    const seed = Math.floor(performance.now() * 1000);
    t.diagnostic(`seed ${seed}`);
    const random = randomFrom(seed);
    const { server, url } = await rawServer(async (send, end) => {
      await send(head);
      let rest = answer(random() < 0.5 ? "\n" : "\r\n");
      while (rest.length > 0) {
        const size = 1 + Math.floor(random() * 12);
        await send(rest.subarray(0, size));
        rest = rest.subarray(size);
      }
      end();
    });
    t.after(() => server.close());
    const upstream = createUpstream(settings("llama.cpp", url), new SteppedClock());
    t.after(() => {
      upstream.dispose();
    });
    for (let i = 0; i < 50; i++)
      assert.equal(await textOf(upstream), texts.join(""), `seed ${seed}`);
  });

  it("gives up on an event that never ends at 1 MiB", async (t) => {
    const chunks = Array.from(
      { length: 20 },
      (_, at) => (at ? "" : "data: ") + "x".repeat(64 * 1024),
    );
    const { upstream } = await arrange(t, "llama.cpp", { outcome: { kind: "raw", chunks } });
    const failure = await failureOf(textsOf(upstream), "upstream-garbled");
    assert.match(failure.message, /1 MiB/);
  });

  it("recognises a server that does not speak HTTP", async (t) => {
    const { server, url } = await rawServer(async (send, end) => {
      await send("SSH-2.0-OpenSSH_9.6\r\n");
      end();
    });
    t.after(() => server.close());
    const upstream = createUpstream(settings("llama.cpp", url), new SteppedClock());
    t.after(() => {
      upstream.dispose();
    });
    await failureOf(textsOf(upstream), "upstream-garbled");
  });

  it("says that a plain server has no secure connection", async (t) => {
    const { server } = await arrange(t, "llama.cpp");
    const url = server.url.replace("http:", "https:");
    const upstream = createUpstream(settings("llama.cpp", url), new SteppedClock());
    t.after(() => {
      upstream.dispose();
    });
    const failure = await failureOf(textsOf(upstream), "upstream-insecure");
    assert.match(failure.message, /No secure connection/);
  });

  it("does not ask twice when a new connection is closed without an answer", async (t) => {
    let asked = 0;
    const { server, url } = await rawServer((_send, end, asks) => {
      if (asks.startsWith("POST")) asked++;
      end();
      return Promise.resolve();
    });
    t.after(() => server.close());
    const upstream = createUpstream(settings("llama.cpp", url), new SteppedClock());
    t.after(() => {
      upstream.dispose();
    });
    await failureOf(textsOf(upstream), "upstream-down");
    assert.equal(asked, 1);
  });

  it("asks once more when a kept connection breaks, and not a third time", async (t) => {
    let asked = 0;
    const server = createServer((socket) => {
      socket.on("error", () => undefined);
      socket.on("data", (bytes) => {
        if (!bytes.toString().startsWith("POST")) return; // what is asked beside the question
        asked++;
        // Only the first question is answered: the second meets a connection that closes, so does the third.
        if (asked > 1) socket.destroy();
        else
          socket.write(
            `HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: ${answer("\n").length}\r\n\r\n${answer("\n").toString()}`,
          );
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    t.after(() => server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const upstream = createUpstream(settings("llama.cpp", url), new SteppedClock());
    t.after(() => {
      upstream.dispose();
    });
    assert.equal(await textOf(upstream), texts.join(""));
    await failureOf(textsOf(upstream), "upstream-down");
    assert.equal(asked, 3);
  });

  it("does not wait long for a server that leaves its finished answer open", async (t) => {
    const clock = new SteppedClock();
    const { server, url } = await rawServer(async (send) => {
      await send(head);
      await send(answer("\n"));
    });
    t.after(() => server.close());
    const upstream = createUpstream(settings("llama.cpp", url), clock);
    t.after(() => {
      upstream.dispose();
    });
    const connected = once(server, "connection") as Promise<[Socket]>;
    const reading = textsOf(upstream);
    const [socket] = await connected;
    const closed = once(socket, "close");
    await clock.until(2);
    clock.advance(250);
    assert.equal((await reading).join(""), texts.join(""));
    await closed;
  });

  it("closes the connection of a finished answer when the signal fires before its end", async (t) => {
    const clock = new SteppedClock();
    const { server, url } = await rawServer(async (send) => {
      await send(head);
      await send(answer("\n"));
    });
    t.after(() => server.close());
    const upstream = createUpstream(settings("llama.cpp", url), clock);
    t.after(() => {
      upstream.dispose();
    });
    const connected = once(server, "connection") as Promise<[Socket]>;
    const controller = new AbortController();
    const reading = textsOf(upstream, controller.signal);
    const [socket] = await connected;
    const closed = once(socket, "close");
    await clock.until(2);
    controller.abort(new Error("typed on"));
    await assert.rejects(reading, /typed on/);
    await closed;
  });

  it("takes a last event without its blank line", async (t) => {
    const chunks = ['data: {"content":"x","stop":false}\n\ndata: {"content":"","stop":true}\n'];
    const { upstream } = await arrange(t, "llama.cpp", { outcome: { kind: "raw", chunks } });
    assert.equal(await textOf(upstream), "x");
  });

  it("ends early, not garbled, where an event is cut in half", async (t) => {
    const chunks = ['data: {"content":"x","stop":false}\n\ndata: {"content":"y'];
    const { upstream } = await arrange(t, "llama.cpp", { outcome: { kind: "raw", chunks } });
    assert.match((await failureOf(textsOf(upstream), "upstream-down")).message, /ended early/);
  });

  it("reuses the connection however slowly the last chunk of an answer is read", async (t) => {
    const chunks = [answer("\n")];
    const { server, upstream } = await arrange(t, "llama.cpp", {
      outcome: { kind: "raw", chunks },
    });
    for (let i = 0; i < 3; i++) {
      let read = "";
      for await (const text of upstream.complete(request(), never)) {
        read += text;
        await new Promise(setImmediate);
      }
      assert.equal(read, texts.join(""));
    }
    assert.equal(server.connections, 1);
  });

  it("asks again on a new connection even if several kept ones were closed", async (t) => {
    const { server, upstream } = await arrange(t, "llama.cpp", { tokenMs: 1 });
    await Promise.all([textsOf(upstream), textsOf(upstream), textsOf(upstream)]);
    assert.equal(server.connections, 3);
    server.closeIdleConnections();
    assert.equal(await textOf(upstream), "hello world");
    assert.equal(server.connections, 4);
  });
});

import { mkdtempSync, rmSync } from "node:fs";
import { createServer as createHttpServer, type Server } from "node:http";
import { Agent, createServer as createTlsServer, request as httpsRequest } from "node:https";
import { readFile } from "node:fs/promises";
import { type AddressInfo, connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import { WebSocket, WebSocketServer } from "ws";
import { Compressor } from "../../../src/wire/compression.ts";
import { makeCertificate } from "../../helpers/certificate.ts";
import { clientHeaderBytes } from "./countingSocket.ts";
import { edited, type Trace } from "./trace.ts";

const beforeChars = 6_000;
const afterChars = 2_000;

/** The first requests of a trace as others send them: all of it, each time. */
export function* jsonRequests(
  trace: Trace,
  start: number,
  snippets: Iterator<readonly string[]>,
): Generator<string, void> {
  let text = trace.start;
  for (const [index, { edits, askAt }] of trace.steps.entries()) {
    text = edits.reduce(edited, text);
    if (askAt === undefined || index < start) continue;
    yield JSON.stringify({
      model: "codestral-latest",
      prompt: text.slice(Math.max(0, askAt - beforeChars), askAt),
      suffix: text.slice(askAt, askAt + afterChars),
      context: snippets.next().value as readonly string[],
      max_tokens: 96,
      temperature: 0,
      stream: true,
    });
  }
}

/** A way to send a request; the bytes it took on the wire below TLS, or undefined where it cannot be measured here. */
export interface JsonTransport {
  send(json: string): Promise<number>;
  close(): Promise<void>;
}

/** Frames of a WebSocket without compression. */
export function plainJson(): JsonTransport {
  const send = (json: string) => {
    const bytes = Buffer.byteLength(json);
    return Promise.resolve(clientHeaderBytes(bytes) + bytes);
  };
  return { send, close: () => Promise.resolve() };
}

/** Frames of a WebSocket whose payloads go through one zstd stream. */
export function zstdJson(): JsonTransport {
  const compressor = new Compressor("zstd", undefined);
  return {
    send: async (json) => {
      const { length } = await compressor.compress(Buffer.from(json));
      return clientHeaderBytes(length) + length;
    },
    close: () => {
      compressor.dispose();
      return Promise.resolve();
    },
  };
}

/** A real WebSocket with permessage-deflate, its context kept from message to message. */
export async function deflateJson(): Promise<JsonTransport> {
  const http = createHttpServer();
  const server = new WebSocketServer({ server: http, perMessageDeflate: { threshold: 0 } });
  server.on("connection", (ws) => {
    ws.on("message", () => {
      ws.send("ok");
    });
  });
  const port = await listen(http);
  const socket = connect(port, "127.0.0.1");
  const ws = new WebSocket(`ws://127.0.0.1:${port}/`, {
    perMessageDeflate: { threshold: 0 },
    createConnection: () => socket,
  });
  await new Promise((resolve) => ws.once("open", resolve));
  return {
    send: (json) =>
      countWritten(socket, async () => {
        const answered = new Promise((resolve) => ws.once("message", resolve));
        ws.send(json);
        await answered;
      }),
    close: async () => {
      ws.terminate();
      server.close();
      await stop(http);
    },
  };
}

/** HTTPS POSTs over one kept-alive connection, with the headers of a common client; undefined without openssl. */
export async function httpsJson(): Promise<JsonTransport | undefined> {
  const folder = mkdtempSync(join(tmpdir(), "slipstream-wire-"));
  const certificate = makeCertificate(folder);
  if (!certificate) return undefined;
  const [cert, key] = await Promise.all(
    [certificate.certFile, certificate.keyFile].map((file) => readFile(file)),
  );
  rmSync(folder, { recursive: true, force: true });
  const http = createTlsServer({ cert, key }, (request, response) => {
    request.resume();
    request.once("end", () => response.end("{}"));
  });
  const port = await listen(http);
  const socket = connect(port, "127.0.0.1");
  const tls = connectTls({ socket, ca: certificate.cert, servername: "localhost" });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  agent.createConnection = () => tls;
  return {
    send: (json) => countWritten(socket, () => post(port, agent, json)),
    close: async () => {
      agent.destroy();
      tls.destroy();
      await stop(http);
    },
  };
}

/** What a typical client of a completion API says of itself each time. */
const clientHeaders = {
  Authorization: `Bearer ${"k".repeat(164)}`,
  Accept: "application/json",
  "Content-Type": "application/json",
  "User-Agent": "OpenAI/JS 6.9.1",
  "X-Stainless-Lang": "js",
  "X-Stainless-Package-Version": "6.9.1",
  "X-Stainless-OS": "Linux",
  "X-Stainless-Arch": "x64",
  "X-Stainless-Runtime": "node",
  "X-Stainless-Runtime-Version": process.version,
  "X-Stainless-Retry-Count": "0",
};

function post(port: number, agent: Agent, json: string): Promise<void> {
  const length = { "Content-Length": String(Buffer.byteLength(json)) };
  const options = { port, agent, method: "POST", path: "/v1/completions" };
  return new Promise((resolve, reject) => {
    const request = httpsRequest({ ...options, headers: { ...clientHeaders, ...length } });
    request.once("response", (response) => {
      response.resume();
      response.once("end", resolve);
    });
    request.once("error", reject);
    request.end(json);
  });
}

async function countWritten(socket: Socket, action: () => Promise<void>): Promise<number> {
  const before = socket.bytesWritten;
  await action();
  return socket.bytesWritten - before;
}

async function listen(server: Pick<Server, "listen" | "address">): Promise<number> {
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return (server.address() as AddressInfo).port;
}

async function stop(server: Pick<Server, "close" | "closeAllConnections">): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { spawn } from "node:child_process";
import { PassThrough } from "node:stream";
import { WebSocket, WebSocketServer } from "ws";
import { HttpLinks } from "../../src/gateway/httpLinks.ts";
import { windowTenant } from "../../src/gateway/tokens.ts";
import type { FrameHandlers, FrameSocket } from "../../src/link/frameSocket.ts";
import { dialHttp } from "../../src/link/httpSocket.ts";
import { PipeSocket } from "../../src/link/pipeSocket.ts";
import { dialWebSocket, WsSocket } from "../../src/link/wsSocket.ts";
import type { CloseCode } from "../../src/wire/closeCodes.ts";
import { maxFrameBytes, subprotocol } from "../../src/wire/limits.ts";
import { Changes } from "./changes.ts";
import { MemorySocketPair } from "./memorySocketPair.ts";

/** Two connected ends. Whoever gets them listens to both in the same turn. */
export interface SocketPair {
  readonly client: FrameSocket;
  readonly server: TappedSocket;
  /** Whether the other end hears the code of a close; a pair of pipes just ends. */
  readonly carriesCloseCodes: boolean;
  /** Breaks the connection under both ends. */
  cut(): void;
  /** Frees what is left. */
  dispose(): void;
}

export type MakePair = () => Promise<SocketPair>;

/** The gateway's socket, with the code it was closed with: a pipe does not carry it to the other end. */
export class TappedSocket implements FrameSocket {
  readonly #socket: FrameSocket;
  readonly #changes = new Changes();
  #closeCode: number | undefined;

  constructor(socket: FrameSocket) {
    this.#socket = socket;
  }

  get unsentBytes(): number {
    return this.#socket.unsentBytes;
  }

  /** The first code this end was closed with, by its owner or by itself, once there is one. */
  async closeCode(): Promise<number> {
    await this.#changes.until(() => this.#closeCode !== undefined);
    return this.#closeCode ?? 0;
  }

  send(frame: Uint8Array): void {
    this.#socket.send(frame);
  }

  close(code: CloseCode, reason: string): void {
    this.#note(code);
    this.#socket.close(code, reason);
  }

  terminate(): void {
    this.#socket.terminate();
  }

  listen(handlers: FrameHandlers): void {
    this.#socket.listen({
      frame: (bytes) => {
        handlers.frame(bytes);
      },
      closed: (code, reason) => {
        this.#note(code);
        handlers.closed(code, reason);
      },
    });
  }

  #note(code: number): void {
    this.#closeCode ??= code;
    this.#changes.notify();
  }
}

export const memoryPair: MakePair = () => {
  const pair = new MemorySocketPair();
  return Promise.resolve({
    client: pair.client,
    server: new TappedSocket(pair.server),
    carriesCloseCodes: true,
    cut: () => {
      pair.cut();
    },
    dispose: () => undefined,
  });
};

/** Frames over streams in memory, each end's output the other's input. */
export const passThroughPair: MakePair = () => {
  const up = new PassThrough();
  const down = new PassThrough();
  return Promise.resolve({
    client: new PipeSocket(down, up),
    server: new TappedSocket(new PipeSocket(up, down)),
    carriesCloseCodes: false,
    cut: () => {
      up.destroy();
      down.destroy();
    },
    dispose: () => undefined,
  });
};

const passOn = "process.stdin.pipe(process.stdout)";

/** Frames over the pipes of two processes that pass on what they are given, one for each direction. */
export const childPipePair: MakePair = async () => {
  const start = () =>
    spawn(process.execPath, ["-e", passOn], { stdio: ["pipe", "pipe", "inherit"] });
  const up = start();
  const down = start();
  await Promise.all([once(up, "spawn"), once(down, "spawn")]);
  const cut = () => {
    up.kill("SIGKILL");
    down.kill("SIGKILL");
  };
  return {
    client: new PipeSocket(down.stdout, up.stdin),
    server: new TappedSocket(new PipeSocket(up.stdout, down.stdin)),
    carriesCloseCodes: false,
    cut,
    dispose: cut,
  };
};

/** A server for one connection over loopback. */
async function listen() {
  const server = new WebSocketServer({
    host: "127.0.0.1",
    port: 0,
    perMessageDeflate: false,
    maxPayload: maxFrameBytes,
    handleProtocols: () => subprotocol,
  });
  await once(server, "listening");
  const accepted = once(server, "connection") as Promise<[WebSocket]>;
  return { server, accepted, address: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}

/** A real WebSocket over loopback. */
export const webSocketPair: MakePair = async () => {
  const { server, accepted, address } = await listen();
  const dialling = dialWebSocket(address, "token", new AbortController().signal);
  const [client, [ws]] = await Promise.all([dialling, accepted]);
  return {
    client,
    server: new TappedSocket(new WsSocket(ws)),
    carriesCloseCodes: true,
    cut: () => {
      ws.terminate();
    },
    dispose: () => {
      client.terminate();
      ws.terminate();
      server.close();
    },
  };
};

/** Plain HTTP over loopback. */
export const httpPair: MakePair = async () => {
  const accepted = Promise.withResolvers<FrameSocket>();
  const tenant = windowTenant("token");
  const links = new HttpLinks(() => undefined);
  const server = createServer((request, response) => {
    const socket = links.open(request, response, tenant);
    if (socket) accepted.resolve(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const dialling = dialHttp(address, "token", new AbortController().signal);
  const [client, socket] = await Promise.all([dialling, accepted.promise]);
  return {
    client,
    server: new TappedSocket(socket),
    carriesCloseCodes: true,
    cut: () => {
      server.closeAllConnections();
    },
    dispose: () => {
      client.terminate();
      server.close();
      server.closeAllConnections();
    },
  };
};

/** A real WebSocket whose client's end the test has for itself. */
export async function rawWebSocketPair() {
  const { server, accepted, address } = await listen();
  const client = new WebSocket(address, [subprotocol], { perMessageDeflate: false });
  const [[ws]] = await Promise.all([accepted, once(client, "open")]);
  return {
    client,
    server: new WsSocket(ws),
    dispose: () => {
      client.terminate();
      ws.terminate();
      server.close();
    },
  };
}

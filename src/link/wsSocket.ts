import type { Duplex } from "node:stream";
import { WebSocket } from "ws";
import { onAbort } from "../base/abort.ts";
import { Failure } from "../base/failure.ts";
import { closeCodes, type CloseCode } from "../wire/closeCodes.ts";
import { maxFrameBytes, subprotocol } from "../wire/limits.ts";
import type { FrameHandlers, FrameSocket } from "./frameSocket.ts";
import { refusal } from "./refusal.ts";

const maxUnsentPongBytes = 16 * 1024;
/** What a frame takes besides its bytes while it is unsent, about: a million pongs are not 4 MB. */
const frameOverheadBytes = 256;

/** What both ends ask of the package `ws`. */
export const webSocketOptions = {
  perMessageDeflate: false,
  maxPayload: maxFrameBytes,
  autoPong: false, // it cuts off whom it cannot answer; see `WsSocket`
  closeTimeout: 2_000, // one that does not answer a close keeps its socket no longer
} as const;

/**
 * Dials a gateway. `address` is `ws://`, `wss://` or `ws+unix:` (a Unix socket or a named pipe). Throws
 * `unauthorized` for HTTP 401, `handshake-refused` for an answer no gateway gives, `gateway-unreachable`
 * when nothing or only a proxy's error answers, and the signal's reason when it fires first. `onConnected`
 * is called when the connection below the WebSocket stands.
 */
export async function dialWebSocket(
  address: string,
  token: string,
  signal: AbortSignal,
  onConnected: () => void = () => undefined,
): Promise<FrameSocket> {
  signal.throwIfAborted();
  // No agent and no certificate list are given: so VS Code's own proxy and system certificates apply.
  const ws = new WebSocket(address, [subprotocol], {
    headers: { Authorization: `Bearer ${token}` },
    ...webSocketOptions,
    followRedirects: false,
    finishRequest: (request) => {
      request.once("socket", (socket) => {
        if (socket.connecting) socket.once("connect", onConnected);
        else onConnected();
      });
      request.end();
    },
  });
  const { promise, resolve, reject } = Promise.withResolvers<FrameSocket>();
  const abort = onAbort(signal, () => {
    reject(signal.reason instanceof Error ? signal.reason : new Failure("link-lost", "given up"));
    ws.terminate();
  });
  ws.on("error", (error) => {
    reject(new Failure("gateway-unreachable", `no gateway answers: ${error.message}`, error));
  });
  ws.once("unexpected-response", (_request, response) => {
    reject(refusal(response));
    ws.terminate();
  });
  ws.once("open", () => {
    resolve(new WsSocket(ws));
  });
  try {
    return await promise;
  } finally {
    abort.dispose();
  }
}

/** A `ws` socket, of either end, as a `FrameSocket`. */
export class WsSocket implements FrameSocket {
  readonly #ws: WebSocket;
  readonly #connection: Duplex | undefined;
  #unsentFrames = 0;
  readonly #onSent = (): void => {
    this.#unsentFrames--;
  };

  /** With the connection below it, its owner hears of messages that are not whole yet. */
  constructor(ws: WebSocket, connection?: Duplex) {
    this.#ws = ws;
    this.#connection = connection;
  }

  get unsentBytes(): number {
    return this.#ws.bufferedAmount + frameOverheadBytes * this.#unsentFrames;
  }

  send(frame: Uint8Array): void {
    if (this.#ws.readyState !== WebSocket.OPEN) return;
    this.#unsentFrames++;
    this.#ws.send(frame, this.#onSent);
  }

  close(code: CloseCode, reason: string): void {
    this.#ws.close(code, reason);
  }

  terminate(): void {
    this.#ws.terminate();
  }

  listen(handlers: FrameHandlers): void {
    const ws = this.#ws;
    this.#connection?.on("data", () => handlers.arriving?.());
    // "close" follows and says the rest; `ws` itself closes with 1009 what is too large.
    ws.on("error", () => undefined);
    // Where pings come faster than the other end reads, only some are answered: RFC 6455 asks for no more.
    ws.on("ping", (data) => {
      if (ws.bufferedAmount < maxUnsentPongBytes) ws.pong(data);
    });
    ws.on("message", (data, isBinary) => {
      if (ws.readyState !== WebSocket.OPEN) return; // closed here: what was on its way is not wanted
      if (isBinary) handlers.frame(data as Buffer);
      else this.close(closeCodes.protocol, "a text message");
    });
    ws.once("close", (code, reason) => {
      handlers.closed(code, reason.toString("utf8"));
    });
  }
}

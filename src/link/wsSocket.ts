import { type IncomingMessage } from "node:http";
import { WebSocket } from "ws";
import { onAbort } from "../base/abort.ts";
import { Failure } from "../base/failure.ts";
import { closeCodes, type CloseCode } from "../wire/closeCodes.ts";
import { maxFrameBytes, subprotocol } from "../wire/limits.ts";
import { type FrameHandlers, type FrameSocket } from "./frameSocket.ts";

/**
 * Dials a gateway. `address` is `ws://`, `wss://` or `ws+unix:` (a Unix socket or a named pipe). Throws
 * `unauthorized` for HTTP 401, `handshake-refused` for an answer no gateway gives, `gateway-unreachable`
 * when nothing or only a proxy's error answers, and the signal's reason when it fires first.
 */
export async function dialWebSocket(
  address: string,
  token: string,
  signal: AbortSignal,
): Promise<FrameSocket> {
  signal.throwIfAborted();
  // No agent and no certificate list are given: so VS Code's own proxy and system certificates apply.
  const ws = new WebSocket(address, [subprotocol], {
    headers: { Authorization: `Bearer ${token}` },
    perMessageDeflate: false,
    maxPayload: maxFrameBytes,
    followRedirects: false,
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

function refusal(response: IncomingMessage): Failure {
  const status = response.statusCode ?? 0;
  if (status === 401) return new Failure("unauthorized", "the gateway does not know the token");
  return status >= 500 || status === 429
    ? new Failure("gateway-unreachable", `the gateway's address answers HTTP ${status}`)
    : new Failure("handshake-refused", `the address answers HTTP ${status}, not as a gateway`);
}

/** A `ws` socket, of either end, as a `FrameSocket`. */
export class WsSocket implements FrameSocket {
  readonly #ws: WebSocket;

  constructor(ws: WebSocket) {
    this.#ws = ws;
  }

  get unsentBytes(): number {
    return this.#ws.bufferedAmount;
  }

  send(frame: Uint8Array): void {
    if (this.#ws.readyState === WebSocket.OPEN) this.#ws.send(frame);
  }

  close(code: CloseCode, reason: string): void {
    this.#ws.close(code, reason);
  }

  terminate(): void {
    this.#ws.terminate();
  }

  listen(handlers: FrameHandlers): void {
    const ws = this.#ws;
    // "close" follows and says the rest; `ws` itself closes with 1009 what is too large.
    ws.on("error", () => undefined);
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

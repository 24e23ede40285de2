import type { ClientRequest, IncomingMessage } from "node:http";
import { WebSocket } from "ws";
import type { Clock } from "../../../base/clock.ts";
import type { Disposable } from "../../../base/disposable.ts";
import { retryAfterMs } from "../../../base/retryAfter.ts";

/** Where a socket is opened, and what is said there. */
export interface SocketAddress {
  /** `ws:` or `wss:`. */
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
}

/** How an attempt to open a socket went. */
export type Dialled =
  | { readonly kind: "open"; readonly socket: ResponsesSocket }
  /** An HTTP answer instead of a WebSocket. */
  | {
      readonly kind: "refused";
      readonly status: number;
      readonly retryAfterMs: number | undefined;
      readonly contentType: string;
      readonly body: string;
    }
  /** Connected, and the upgrade was not answered in time. */
  | { readonly kind: "silent" }
  /** The host was reached, and the connection broke before it was a WebSocket. */
  | { readonly kind: "broken"; readonly error: unknown }
  /** The host was not reached: plain HTTP would not reach it either. */
  | { readonly kind: "unreachable"; readonly error: unknown };

/** What becomes of an open socket. `closed` comes last, once. */
export interface SocketHandlers {
  /** The first word of the server, a pong included. */
  heard(): void;
  message(text: string): void;
  /** A frame that is no text: nothing this protocol has. */
  binary(): void;
  closed(): void;
}

/** How long an upgrade may take, the connection below it included. */
export const upgradeTimeoutMs = 5_000;
/** Middleboxes forget connections that are idle for about 100 s. */
export const pingEveryMs = 25_000;
/** How long the answer to a ping may take before the socket counts as dead. */
export const pongTimeoutMs = 10_000;

const maxMessageBytes = 16 * 1024 * 1024;
const maxRefusalChars = 64 * 1024;

/** Opens one socket. Never rejects. Disposing what `onDial` gets gives it up, as `unreachable`. */
export function dialSocket(
  address: SocketAddress,
  clock: Clock,
  onDial: (attempt: Disposable) => void,
): Promise<Dialled> {
  const { promise, resolve } = Promise.withResolvers<Dialled>();
  let isReached = false;
  // Redirects are not followed: they would carry the key elsewhere.
  const ws = new WebSocket(address.url, {
    headers: { ...address.headers },
    perMessageDeflate: false,
    maxPayload: maxMessageBytes,
    followRedirects: false,
    finishRequest: (request: ClientRequest) => {
      request.once("socket", (socket) => {
        socket.once(address.url.protocol === "wss:" ? "secureConnect" : "connect", () => {
          isReached = true;
        });
      });
      request.end();
    },
  });
  const limit = clock.after(upgradeTimeoutMs, () => {
    end(isReached ? { kind: "silent" } : { kind: "unreachable", error: { code: "ETIMEDOUT" } });
    ws.terminate();
  });
  const end = (outcome: Dialled) => {
    limit.dispose();
    resolve(outcome);
  };
  ws.on("error", (error) => {
    end({ kind: isReached ? "broken" : "unreachable", error });
  });
  ws.once("unexpected-response", (_request, response: IncomingMessage) => {
    void startOf(response).then((body) => {
      const { statusCode: status = 0, headers } = response;
      const contentType = headers["content-type"] ?? "";
      const afterMs = retryAfterMs(headers);
      end({ kind: "refused", status, retryAfterMs: afterMs, contentType, body });
      ws.terminate();
    });
  });
  ws.once("open", () => {
    ws.pause(); // until somebody listens
    end({ kind: "open", socket: new ResponsesSocket(ws, clock) });
  });
  onDial({
    dispose: () => {
      end({ kind: "unreachable", error: undefined });
      ws.terminate();
    },
  });
  return promise;
}

/**
 * One open socket: frames of text both ways. It pings, and ends itself when no answer comes; how long the server says
 * nothing else does not matter. Its owner disposes it.
 */
export class ResponsesSocket implements Disposable {
  readonly #ws: WebSocket;
  readonly #clock: Clock;
  #pingTimer: Disposable | undefined;
  #pongLimit: Disposable | undefined;
  #hasHeard = false;

  constructor(ws: WebSocket, clock: Clock) {
    this.#ws = ws;
    this.#clock = clock;
  }

  /** Whether anything has come over it: until then it may be one that the server never meant to serve. */
  get hasHeard(): boolean {
    return this.#hasHeard;
  }

  /** Whether a ping is answered in time; else the socket is ended. To be called before `listen`, or not at all. */
  answersPing(): Promise<boolean> {
    const ws = this.#ws;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const limit = this.#clock.after(pongTimeoutMs, () => {
      ws.terminate();
    });
    ws.once("pong", () => {
      ws.pause();
      this.#hasHeard = true;
      resolve(true);
    });
    ws.once("close", () => {
      resolve(false);
    });
    ws.resume();
    ws.ping(() => undefined); // a socket that is closing says so by its own event
    return promise.finally(() => {
      limit.dispose();
    });
  }

  /** To be called once; nothing but the answer to a ping is read before. */
  listen(handlers: SocketHandlers): void {
    const ws = this.#ws;
    const heard = () => {
      this.#pongLimit?.dispose();
      this.#pongLimit = undefined;
      if (this.#hasHeard) return;
      this.#hasHeard = true;
      handlers.heard();
    };
    ws.on("pong", heard);
    ws.on("message", (data, isBinary) => {
      heard();
      if (ws.readyState !== WebSocket.OPEN) return; // ended here: what was on its way is not wanted
      if (isBinary) handlers.binary();
      else handlers.message((data as Buffer).toString("utf8"));
    });
    const closed = () => {
      this.#stopTimers();
      handlers.closed();
    };
    if (ws.readyState === WebSocket.CLOSED) queueMicrotask(closed);
    else ws.once("close", closed);
    if (ws.readyState === WebSocket.OPEN) this.#pingLater();
    ws.resume();
  }

  send(text: string): void {
    this.#ws.send(text, () => undefined); // a socket that is closing says so by its own event
  }

  dispose(): void {
    this.#stopTimers();
    this.#ws.terminate();
  }

  #pingLater(): void {
    this.#pingTimer = this.#clock.after(pingEveryMs, () => {
      this.#ws.ping();
      this.#pongLimit = this.#clock.after(pongTimeoutMs, () => {
        this.#ws.terminate();
      });
      this.#pingLater();
    });
  }

  #stopTimers(): void {
    this.#pingTimer?.dispose();
    this.#pongLimit?.dispose();
  }
}

async function startOf(response: IncomingMessage): Promise<string> {
  let body = "";
  try {
    for await (const chunk of response.setEncoding("utf8")) {
      body += String(chunk);
      if (body.length > maxRefusalChars) break;
    }
  } catch {
    // The status says enough where the body breaks off.
  }
  return body;
}

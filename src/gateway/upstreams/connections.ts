import * as http from "node:http";
import * as http2 from "node:http2";
import * as https from "node:https";
import * as net from "node:net";
import type { Readable } from "node:stream";
import type * as tls from "node:tls";
import type { Clock } from "../../base/clock.ts";
import type { Disposable } from "../../base/disposable.ts";
import { retryAfterMs } from "../../base/retryAfter.ts";
import { dialTls, addressOf } from "./dialTls.ts";
import { idleMs, SpareConnection } from "./spareConnection.ts";

/** A request to the model's server. */
export interface Outgoing {
  readonly method: "GET" | "POST";
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Not over a connection of the pool, so that no other request has to open one. */
  readonly isAside?: true;
}

/** What comes before the body of an answer. */
export interface Head {
  readonly status: number;
  /** Without its parameters; empty where there is none. */
  readonly contentType: string;
  /** How long the server wants to be left alone. */
  readonly retryAfterMs: number | undefined;
}

/** One request on its way and its answer. Whoever began it destroys it where it does not end by itself. */
export interface Exchange {
  /** Rejects with whatever broke before the head came. */
  readonly head: Promise<Head>;
  /** The answer's body; may be read once the head is there. */
  readonly body: () => Readable;
  /** Resolves when nothing of it goes over the connection any more. Never rejects. */
  readonly closed: Promise<void>;
  /** Whether it met a kept connection that the server had closed, or one that was full, so that another one may do better. */
  isStale(thrown: unknown): boolean;
  /** Tells the server to stop, in this turn; afterwards the exchange is over. */
  destroy(): void;
}

/** Kept for the next crowd: a new connection costs a round trip and more. */
const maxFreeSockets = 1_024;
/** How long a server may take to answer a ping once an answer of it has been given up. */
const pingMs = 2_000;

/** A connection that speaks HTTP/2. */
interface Session {
  readonly http2: http2.ClientHttp2Session;
  /** How many requests are on their way over it. */
  requests: number;
  /** How many the server allows: what it said on the last connection until it has said so on this one. */
  limit: number;
  /** Whether a ping is on its way, since an answer was given up before anything of it had come. */
  isDoubted: boolean;
}

/**
 * The kept connections to one server: HTTP/2 where it offers that by ALPN, with another one where all have as many requests
 * as the server allows, else a pool of HTTP/1.1 with one more in it
 * than is used, since a request that is given up takes its connection with it. The owner disposes them, which closes
 * every connection.
 */
export class Connections implements Disposable {
  readonly #origin: URL;
  readonly #clock: Clock;
  readonly #agent: http.Agent;
  /** Those that are open; none where HTTP/2 is not spoken. */
  readonly #sessions = new Set<Session>();
  /** The connection that is being made, to find out what is spoken; https only. None of it where that is HTTP/1.1. */
  #dialling: Promise<Session | undefined> | undefined;
  /** How many requests at a time the server has allowed on an HTTP/2 connection. */
  #limit = Infinity;
  /** For the pool to take. */
  readonly #spare: SpareConnection;
  readonly #own = new AbortController();
  #isHttp1: boolean;

  constructor(origin: URL, clock: Clock) {
    this.#origin = origin;
    this.#clock = clock;
    this.#spare = new SpareConnection(clock);
    this.#isHttp1 = origin.protocol === "http:";
    const options = { keepAlive: true, noDelay: true, maxFreeSockets, timeout: idleMs };
    this.#agent = this.#isHttp1 ? new http.Agent(options) : new https.Agent(options);
    const connect = this.#agent.createConnection.bind(this.#agent);
    this.#agent.createConnection = (...of) => this.#spare.take() ?? connect(...of);
  }

  /** Sends a request, over a new connection where none is free. */
  send(outgoing: Outgoing): Exchange {
    if (this.#isHttp1) return this.#overHttp1(outgoing);
    const kept = this.#free();
    if (kept) return this.#overHttp2(outgoing, kept, true);
    return afterwards((isGivenUp) => this.#dialled(outgoing, isGivenUp));
  }

  /** Makes a connection for a request that is to come, where none is free. What goes wrong with it the request will say. */
  open(): void {
    if (this.#own.signal.aborted || this.#dialling || this.#hasFree()) return;
    if (this.#origin.protocol === "http:")
      this.#spare.keep(net.connect({ ...addressOf(this.#origin), noDelay: true }));
    else this.#dialling = this.#dial();
    this.#dialling?.catch(() => undefined);
  }

  /** One stale connection means the others are as old: the next request has to open a new one. */
  closeIdle(): void {
    for (const sockets of Object.values(this.#agent.freeSockets)) {
      for (const socket of sockets ?? []) socket.destroy();
    }
    this.#spare.dispose();
  }

  dispose(): void {
    this.#own.abort();
    this.#agent.destroy();
    this.#spare.dispose();
    for (const session of this.#sessions) session.http2.destroy();
  }

  /** Over a new connection: each takes as many of those who wait as the server allows, and the rest wait for the next. */
  async #dialled(outgoing: Outgoing, isGivenUp: () => boolean): Promise<Exchange> {
    for (;;) {
      const made = await (this.#dialling ??= this.#dial());
      if (isGivenUp()) throw new Error("given up");
      if (!made) return this.#overHttp1(outgoing);
      const free = hasRoom(made) ? made : this.#free();
      if (free) return this.#overHttp2(outgoing, free, false);
      if (!isOpen(made)) throw Object.assign(new Error("closed"), { code: "ECONNRESET" });
    }
  }

  async #dial(): Promise<Session | undefined> {
    try {
      const { signal } = this.#own;
      const socket = await dialTls(this.#origin, this.#clock, signal);
      if (signal.aborted) socket.destroy(); // in the turn in which it was there
      signal.throwIfAborted();
      if (socket.alpnProtocol === "h2") return this.#open(socket);
      this.#isHttp1 = true;
      this.#spare.keep(socket);
      return undefined;
    } finally {
      this.#dialling = undefined;
    }
  }

  #hasFree(): boolean {
    if (this.#spare.isThere || this.#free()) return true;
    return Object.values(this.#agent.freeSockets).some((sockets = []) => sockets.length > 0);
  }

  /** One over which another request may go. */
  #free(): Session | undefined {
    return [...this.#sessions].find(hasRoom);
  }

  #open(socket: tls.TLSSocket): Session {
    const made = http2.connect(this.#origin, { createConnection: () => socket });
    const session = { http2: made, requests: 0, limit: this.#limit, isDoubted: false };
    const forget = () => {
      this.#sessions.delete(session);
    };
    made.on("error", forget).on("goaway", forget).on("close", forget);
    made.on("remoteSettings", ({ maxConcurrentStreams = Infinity }: http2.Settings) => {
      session.limit = this.#limit = Math.max(1, maxConcurrentStreams);
    });
    this.#sessions.add(session);
    return session;
  }

  #overHttp2(
    { method, url, headers, body }: Outgoing,
    session: Session,
    wasKept: boolean,
  ): Exchange {
    const path = url.pathname + url.search;
    session.requests++;
    const stream = session.http2.request(
      { ":method": method, ":path": path, ...headers },
      { endStream: body === "" },
    );
    let hasHead = false;
    const head = new Promise<Head>((resolve, reject) => {
      stream.on("error", reject); // stays for good: later errors are of no interest, but must be heard
      stream.once("close", () => {
        session.requests--;
        reject(Object.assign(new Error("closed"), { code: "ECONNRESET" }));
      });
      stream.once("response", (answered) => {
        hasHead = true;
        resolve({
          status: answered[":status"] ?? 0,
          contentType: mediaType(answered["content-type"]),
          retryAfterMs: retryAfterMs(answered),
        });
      });
    });
    head.catch(() => undefined); // nobody may wait for it any more
    if (body !== "") stream.end(body);
    return {
      head,
      body: () => stream,
      closed: new Promise((resolve) => stream.once("close", resolve)),
      isStale: () => isRefused(stream) || (wasKept && !isOpen(session)),
      destroy: () => {
        stream.close(http2.constants.NGHTTP2_CANCEL);
        stream.destroy(); // else it waits for a reader of what has come
        if (!hasHead) this.#doubt(session); // nothing came: it may be the connection that is dead
      },
    };
  }

  #overHttp1({ method, url, headers, body, isAside }: Outgoing): Exchange {
    const { request: begin } = url.protocol === "https:" ? https : http;
    const isPooled = isAside !== true;
    const request = begin(url, { method, agent: isPooled && this.#agent, headers });
    if (isPooled) {
      request.once("finish", () => {
        this.open(); // behind the request
      });
    }
    let response: http.IncomingMessage | undefined;
    const head = new Promise<Head>((resolve, reject) => {
      request.on("error", reject); // stays for good: later errors are of no interest, but must be heard
      request.once("response", (answered) => {
        response = answered;
        resolve({
          status: answered.statusCode ?? 0,
          contentType: mediaType(answered.headers["content-type"]),
          retryAfterMs: retryAfterMs(answered.headers),
        });
      });
    });
    head.catch(() => undefined); // nobody may wait for it any more
    request.end(body);
    return {
      head,
      body: () => begunOf(response),
      closed: new Promise((resolve) => request.once("close", resolve)),
      isStale: (thrown) => {
        const { code } = thrown as NodeJS.ErrnoException;
        const wasKept = request.reusedSocket || this.#spare.wasLong(request.socket);
        return wasKept && (code === "ECONNRESET" || code === "EPIPE");
      },
      destroy: () => {
        request.destroy();
      },
    };
  }

  #doubt(session: Session): void {
    if (!isOpen(session) || session.isDoubted) return;
    session.isDoubted = true;
    const limit = this.#clock.after(pingMs, () => {
      session.http2.destroy();
    });
    session.http2.ping(() => {
      session.isDoubted = false;
      limit.dispose(); // also where the connection was closed
    });
  }
}

/** An exchange that begins when the connection is there. Given up before that, it never begins. */
function afterwards(begin: (isGivenUp: () => boolean) => Promise<Exchange>): Exchange {
  let begun: Exchange | undefined;
  let isGivenUp = false;
  const start = Promise.withResolvers<Exchange>();
  begin(() => isGivenUp).then((exchange) => {
    begun = exchange;
    if (isGivenUp) exchange.destroy();
    start.resolve(exchange);
  }, start.reject);
  const head = start.promise.then((exchange) => exchange.head);
  head.catch(() => undefined); // nobody may wait for it any more
  return {
    head,
    body: () => begunOf(begun).body(),
    closed: head.then(() => begun?.closed).catch(() => begun?.closed),
    isStale: (thrown) => begun?.isStale(thrown) === true,
    destroy: () => {
      isGivenUp = true;
      start.reject(new Error("given up"));
      begun?.destroy();
    },
  };
}

/** What is there once the head has come, which is the time to read a body. */
function begunOf<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("The head has not come yet.");
  return value;
}

/** It is gone before it says so. */
const isOpen = ({ http2: { closed, destroyed } }: Session): boolean => !closed && !destroyed;

/** More requests than the server allows would wait, without a word, or be refused where it has not said yet how many. */
const hasRoom = (session: Session): boolean => isOpen(session) && session.requests < session.limit;

/** The server says that it has not looked at the request. */
function isRefused(stream: http2.ClientHttp2Stream): boolean {
  return stream.rstCode === http2.constants.NGHTTP2_REFUSED_STREAM;
}

function mediaType(header: string | undefined): string {
  return header?.split(";")[0]?.trim() ?? "";
}

import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { getHeapStatistics } from "node:v8";
import { WebSocketServer } from "ws";
import type { Clock } from "../base/clock.ts";
import type { Disposable } from "../base/disposable.ts";
import { Failure } from "../base/failure.ts";
import type { Logger } from "../base/log.ts";
import type { Answer, Warm } from "../link/answer.ts";
import type { TenantChatAnswer } from "../link/chatSession.ts";
import { ChatSessions } from "../link/chatSessions.ts";
import { DocumentRoom } from "../link/documentRoom.ts";
import { ServerLink } from "../link/serverLink.ts";
import type { FrameSocket } from "../link/frameSocket.ts";
import { webSocketOptions, WsSocket } from "../link/wsSocket.ts";
import { linkPath, maxRequestMs, subprotocol } from "../wire/limits.ts";
import type { Dictionary } from "../wire/dictionary.ts";
import type { RequestLimits } from "../wire/documentReceiver.ts";
import type { CompressionKind } from "../wire/messages.ts";
import type { Counters } from "./counters.ts";
import { HttpLinks, type Refusal, silentConnectionMs } from "./httpLinks.ts";
import { tenantOf, type Tenant } from "./tokens.ts";

/** Where the gateway listens: a Unix socket or named pipe, or a host and port. */
export type ListenAddress =
  { readonly path: string } | { readonly host: string; readonly port: number };

/** As `Answer`, for any tenant. */
export type TenantAnswer = (...ask: [...Parameters<Answer>, tenant: string]) => ReturnType<Answer>;

/** As `Warm`, for any tenant. */
export type TenantWarm = (...place: [...Parameters<Warm>, tenant: string]) => ReturnType<Warm>;

/** What a gateway's server is made of. */
export interface GatewayServerParts {
  readonly listen: ListenAddress;
  readonly tls: { readonly cert: Buffer; readonly key: Buffer } | undefined;
  /** Who may connect now; asked at every connection. */
  readonly tenants: () => readonly Tenant[];
  readonly answer: TenantAnswer;
  readonly warm?: TenantWarm | undefined;
  /** Answers chats; without it they are refused. */
  readonly chat?: TenantChatAnswer | undefined;
  /** What clients may compress with, and the dictionary this gateway has. */
  readonly compression: readonly CompressionKind[];
  readonly dictionary: Dictionary | undefined;
  /** How much text round a cursor requests are built with. */
  readonly requestLimits: RequestLimits;
  readonly gateway: string;
  /** The model behind it now, for people; asked at every connection. */
  readonly upstream: () => string;
  readonly clock: Clock;
  readonly counters: Counters;
  readonly log: Logger;
}

/** Bounds of one gateway; a window keeps one link, so a tenant's are its members' windows. */
const maxConnections = 10_000;
const maxLinksPerTenant = 1_000;
/** What texts of documents may take of the heap, and what a UTF-16 unit of theirs does at most, about. Its links keep to twice that. */
const documentShare = 0.3;
const bytesOfChar = 2;

/** Accepts links on one address. Whoever made it owns it; `dispose` closes every link and the address. */
export class GatewayServer implements Disposable {
  readonly #parts: GatewayServerParts;
  readonly #http: Server;
  readonly #webSockets = new WebSocketServer({
    noServer: true,
    ...webSocketOptions,
    clientTracking: false,
    handleProtocols: (offered) => (offered.has(subprotocol) ? subprotocol : false),
  });
  readonly #httpLinks = new HttpLinks((tenant) => this.#refusalOf(tenant));
  readonly #room = new DocumentRoom(
    (documentShare * getHeapStatistics().heap_size_limit) / bytesOfChar,
  );
  readonly #links = new Map<ServerLink, Tenant>();
  readonly #sessions: ChatSessions | undefined;
  #isDraining = false;
  #drained: (() => void) | undefined;

  constructor(parts: GatewayServerParts) {
    this.#parts = parts;
    const { chat, clock, counters } = parts;
    this.#sessions =
      chat &&
      new ChatSessions({
        answer: chat,
        clock,
        onOutcome: (outcome) => {
          counters.streamEnded(outcome);
        },
      });
    const limits = {
      headersTimeout: 5_000,
      requestTimeout: maxRequestMs,
      connectionsCheckingInterval: 1_000,
      maxHeaderSize: 8 * 1024,
    };
    const onRequest = (request: IncomingMessage, response: ServerResponse) => {
      this.#respond(request, response);
    };
    this.#http = parts.tls
      ? createTlsServer({ ...limits, ...parts.tls, handshakeTimeout: 5_000 }, onRequest)
      : createServer(limits, onRequest);
    this.#http.maxConnections = maxConnections;
    this.#http.on("connection", closeUnlessAsked);
    this.#http.on("upgrade", (request: IncomingMessage, socket: Socket, head: Buffer) => {
      socket.on("error", () => socket.destroy());
      const isPlain = isReading(request) && request.headers.upgrade?.toLowerCase() !== "websocket";
      if (isPlain) this.#stay(request, socket);
      else this.#upgrade(request, socket, head);
    });
  }

  /** Starts to listen; returns where, with the port that was given. Throws a `settings` failure. */
  async listen(): Promise<string> {
    const { listen, tls } = this.#parts;
    const listening = Promise.withResolvers<undefined>();
    this.#http.once("error", listening.reject);
    this.#http.listen(listen, () => {
      listening.resolve(undefined);
    });
    try {
      await listening.promise;
    } catch (error) {
      const where = "path" in listen ? listen.path : `${listen.host}:${listen.port}`;
      throw new Failure("settings", `cannot listen on ${where}: ${Failure.from(error).message}`);
    }
    if ("path" in listen) return listen.path;
    const { port } = this.#http.address() as AddressInfo;
    const host = listen.host.includes(":") ? `[${listen.host}]` : listen.host;
    return `${tls ? "wss" : "ws"}://${host}:${port}`;
  }

  /**
   * Accepts no more links and tells the clients that the gateway goes away. Settles when they have all
   * left, or after `timeoutMs`; till then everything else goes on, so that nothing in flight is lost.
   */
  async drain(timeoutMs: number): Promise<void> {
    this.#isDraining = true;
    for (const link of this.#links.keys()) link.goAway();
    if (this.#links.size === 0) return;
    const over = Promise.withResolvers<undefined>();
    this.#drained = () => {
      over.resolve(undefined);
    };
    const timer = this.#parts.clock.after(timeoutMs, this.#drained);
    await over.promise;
    timer.dispose();
  }

  /** Closes the links whose token is no longer in the list; all chats under it end. */
  dropStrangers(): void {
    const known = new Set(this.#parts.tenants().map(hashOf));
    for (const [link, tenant] of this.#links) if (!known.has(hashOf(tenant))) link.refuse();
    this.#sessions?.dropStrangers(known);
  }

  dispose(): void {
    this.#isDraining = true;
    for (const link of [...this.#links.keys()]) link.dispose();
    this.#drained?.();
    this.#sessions?.dispose();
    this.#http.close();
    this.#http.closeIdleConnections();
  }

  #respond(request: IncomingMessage, response: ServerResponse): void {
    if (request.method === "POST" && request.url === linkPath) {
      this.#post(request, response);
      return;
    }
    if (hasBody(request)) response.shouldKeepAlive = false; // nobody waits for it
    const { status, body } = this.#said(request);
    response.writeHead(status, jsonHeaders).end(`${JSON.stringify(body)}\n`);
  }

  /** What is said to a request that is none of a link's. */
  #said(request: IncomingMessage): { readonly status: number; readonly body: object } {
    if (!isReading(request))
      return { status: 405, body: { error: "only GET and HEAD are answered here" } };
    switch (request.url) {
      case "/healthz":
        return { status: 200, body: { status: "ok", ...this.#parts.counters.snapshot() } };
      case "/readyz":
        return this.#isDraining
          ? { status: 503, body: { status: "draining" } }
          : { status: 200, body: { status: "ready" } };
      case linkPath:
        return { status: 426, body: { error: "this address speaks WebSocket" } };
      case undefined:
      default:
        return { status: 404, body: { error: "not found" } };
    }
  }

  /** A request of a link over plain HTTP. */
  #post(request: IncomingMessage, response: ServerResponse): void {
    const asking = this.#asking(request);
    if (typeof asking === "string") {
      this.#parts.log.info(`refused a request: ${asking}`);
      response.writeHead(Number.parseInt(asking), { Connection: "close", "Content-Length": 0 });
      response.end();
      return;
    }
    const socket = this.#httpLinks.open(request, response, asking);
    if (socket) this.#accept(socket, asking);
  }

  /** Answers a request that offers to go on in another protocol, such as h2c, as if it did not, and ends its connection. */
  #stay(request: IncomingMessage, socket: Socket): void {
    const { status, body } = this.#said(request);
    const json = `${JSON.stringify(body)}\n`;
    const text = request.method === "HEAD" ? "" : json;
    const headers = { ...jsonHeaders, "Content-Length": Buffer.byteLength(json) };
    endWith(socket, `${status} ${STATUS_CODES[status] ?? ""}`, headers, text);
  }

  #upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
    const refuse = (status: string, headers: Refusal = {}) => {
      this.#parts.log.info(`refused a connection: ${status}`);
      endWith(socket, status, { ...headers, "Content-Length": 0 });
    };
    const asking = this.#asking(request);
    const refusal = typeof asking === "string" ? undefined : this.#refusalOf(asking);
    if (typeof asking === "string") refuse(asking);
    else if (!offersSubprotocol(request)) refuse("400 Bad Request");
    else if (refusal) refuse("503 Service Unavailable", refusal);
    else {
      this.#webSockets.handleUpgrade(request, socket, head, (ws) => {
        this.#accept(new WsSocket(ws, socket), asking);
      });
    }
  }

  /** Who asks for a link, or the status that refuses it. */
  #asking(request: IncomingMessage): Tenant | string {
    const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? "")?.[1];
    const tenant = token === undefined ? undefined : tenantOf(this.#parts.tenants(), token);
    if (request.url !== linkPath) return "404 Not Found";
    if (request.headers.origin !== undefined) return "403 Forbidden";
    return tenant ?? "401 Unauthorized";
  }

  /** Why a tenant gets no further link: one for whom there is no room comes back later; another gateway takes the place of one that ends. */
  #refusalOf(tenant: Tenant): Refusal | undefined {
    if (this.#isDraining) return {};
    return this.#linksOf(tenant) < maxLinksPerTenant ? undefined : { "Retry-After": "5" };
  }

  #linksOf(tenant: Tenant): number {
    return [...this.#links.values()].filter(({ name }) => name === tenant.name).length;
  }

  #accept(socket: FrameSocket, tenant: Tenant): void {
    const { counters, log, answer, warm, upstream, ...parts } = this.#parts;
    counters.linkOpened();
    log.info(`link opened by ${tenant.name}`);
    const link = new ServerLink({
      ...parts,
      socket,
      upstream: upstream(),
      answer: (request, signal) => answer(request, signal, tenant.name),
      warm: warm && ((request, signal) => warm(request, signal, tenant.name)),
      chats: this.#sessions && {
        sessions: this.#sessions,
        owner: { tenant: tenant.name, tokenHash: hashOf(tenant) },
      },
      room: this.#room,
      closesSilent: true,
      onOutcome: (outcome) => {
        counters.streamEnded(outcome);
      },
      onClosed: () => {
        counters.linkClosed();
        this.#links.delete(link);
        if (this.#links.size === 0) this.#drained?.();
        log.info(`link closed by ${tenant.name}`);
      },
    });
    this.#links.set(link, tenant);
    if (this.#isDraining) link.goAway(); // it was let in just before
  }
}

const jsonHeaders = { "Content-Type": "application/json", "Cache-Control": "no-store" };

const isReading = ({ method }: IncomingMessage): boolean => method === "GET" || method === "HEAD";

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers["content-length"] !== undefined || headers["transfer-encoding"] !== undefined;

const hashOf = ({ tokenHash }: Tenant): string => tokenHash.toString("hex");

const offersSubprotocol = (request: IncomingMessage): boolean =>
  (request.headers["sec-websocket-protocol"] ?? "").split(/ *, */).includes(subprotocol);

/**
 * The last words on a connection whose parser has left it to us. They are written as they are: a response object cannot have the
 * socket while an earlier one, of a request in front of this one, is not done with it.
 */
function endWith(
  socket: Socket,
  status: string,
  headers: Readonly<Record<string, string | number>>,
  body = "",
): void {
  socket.once("finish", () => socket.destroy()); // a client that stays gets no socket to keep
  const lines = Object.entries({ ...headers, Connection: "close" });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  socket.end(`HTTP/1.1 ${status}\r\n${head}\r\n${body}`);
}

/** A connection that asks for nothing is not kept: one that became a link has its own time limits. */
function closeUnlessAsked(socket: Socket): void {
  socket.setTimeout(silentConnectionMs, () => {
    if (socket.bytesRead === 0) socket.destroy();
  });
}

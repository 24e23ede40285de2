import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, type Socket } from "node:net";
import { type Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import { type Clock } from "../base/clock.ts";
import { type Disposable } from "../base/disposable.ts";
import { Failure } from "../base/failure.ts";
import { type Logger } from "../base/log.ts";
import { ServerLink, type Answer } from "../link/serverLink.ts";
import { WsSocket } from "../link/wsSocket.ts";
import { linkPath, maxFrameBytes, subprotocol } from "../wire/limits.ts";
import { type Counters } from "./counters.ts";
import { tenantOf, type Tenant } from "./tokens.ts";

/** Where the gateway listens: a Unix socket or named pipe, or a host and port. */
export type ListenAddress =
  { readonly path: string } | { readonly host: string; readonly port: number };

/** What a gateway's server is made of. */
export interface GatewayServerParts {
  readonly listen: ListenAddress;
  readonly tls: { readonly cert: Buffer; readonly key: Buffer } | undefined;
  /** Who may connect now; asked at every connection. */
  readonly tenants: () => readonly Tenant[];
  readonly answer: Answer;
  readonly gateway: string;
  readonly upstream: string;
  readonly clock: Clock;
  readonly counters: Counters;
  readonly log: Logger;
}

/** Bounds of one gateway; a window keeps one link, so a tenant's are its members' windows. */
const maxConnections = 10_000;
const maxLinksPerTenant = 1_000;
const silentConnectionMs = 5_000;

/** Accepts links on one address. Owned by `main.ts`; `dispose` closes every link and the address. */
export class GatewayServer implements Disposable {
  readonly #parts: GatewayServerParts;
  readonly #http: Server;
  readonly #webSockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: maxFrameBytes,
    clientTracking: false,
    handleProtocols: (offered) => (offered.has(subprotocol) ? subprotocol : false),
  });
  readonly #links = new Map<ServerLink, Tenant>();
  #isDraining = false;

  constructor(parts: GatewayServerParts) {
    this.#parts = parts;
    const limits = {
      headersTimeout: 5_000,
      requestTimeout: 10_000,
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
    this.#http.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      this.#upgrade(request, socket, head);
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

  /** Closes the links whose token is no longer in the list. */
  dropStrangers(): void {
    const known = new Set(this.#parts.tenants().map((tenant) => tenant.tokenHash.toString("hex")));
    for (const [link, tenant] of this.#links) {
      if (!known.has(tenant.tokenHash.toString("hex"))) link.dispose();
    }
  }

  dispose(): void {
    this.#isDraining = true;
    for (const link of [...this.#links.keys()]) link.dispose();
    this.#http.close();
    this.#http.closeIdleConnections();
  }

  #respond(request: IncomingMessage, response: ServerResponse): void {
    const send = (status: number, body: object) => {
      response.writeHead(status, {
        "Content-Type": "application/json",
        "Cache-Control": "no-store",
      });
      response.end(`${JSON.stringify(body)}\n`);
    };
    if (request.method !== "GET") send(405, { error: "only GET is answered here" });
    else if (request.url === "/healthz") {
      send(200, { status: "ok", ...this.#parts.counters.snapshot() });
    } else if (request.url === "/readyz") {
      send(this.#isDraining ? 503 : 200, { status: this.#isDraining ? "draining" : "ready" });
    } else if (request.url === linkPath) send(426, { error: "this address speaks WebSocket" });
    else send(404, { error: "not found" });
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on("error", () => socket.destroy());
    const refuse = (status: string) => {
      this.#parts.log.info(`refused a connection: ${status}`);
      socket.once("finish", () => socket.destroy()); // a client that stays gets no socket to keep
      socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    };
    const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? "")?.[1];
    const tenant = token === undefined ? undefined : tenantOf(this.#parts.tenants(), token);
    if (request.url !== linkPath) refuse("404 Not Found");
    else if (request.headers.origin !== undefined) refuse("403 Forbidden");
    else if (!tenant) refuse("401 Unauthorized");
    else if (!offersSubprotocol(request)) refuse("400 Bad Request");
    else if (this.#linksOf(tenant) >= maxLinksPerTenant) refuse("503 Service Unavailable");
    else if (this.#isDraining) refuse("503 Service Unavailable");
    else {
      this.#webSockets.handleUpgrade(request, socket, head, (ws) => {
        this.#accept(new WsSocket(ws), tenant);
      });
    }
  }

  #linksOf(tenant: Tenant): number {
    return [...this.#links.values()].filter(({ name }) => name === tenant.name).length;
  }

  #accept(socket: WsSocket, tenant: Tenant): void {
    const { counters, log, ...parts } = this.#parts;
    counters.linkOpened();
    log.info(`link opened by ${tenant.name}`);
    const link = new ServerLink({
      ...parts,
      socket,
      closesSilent: true,
      onOutcome: (outcome) => {
        counters.streamEnded(outcome);
      },
      onClosed: () => {
        counters.linkClosed();
        this.#links.delete(link);
        log.info(`link closed by ${tenant.name}`);
      },
    });
    this.#links.set(link, tenant);
  }
}

const offersSubprotocol = (request: IncomingMessage): boolean =>
  (request.headers["sec-websocket-protocol"] ?? "").split(/ *, */).includes(subprotocol);

/** A connection that asks for nothing is not kept: one that became a link has its own time limits. */
function closeUnlessAsked(socket: Socket): void {
  socket.setTimeout(silentConnectionMs, () => {
    if (socket.bytesRead === 0) socket.destroy();
  });
}

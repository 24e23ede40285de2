/**
 * A server on loopback that speaks OpenAI's Responses API as documented: WebSocket mode and `POST /v1/responses` with
 * server-sent events. Not to be taken for the real one: close codes, what it says to malformed frames, how warm-up is
 * billed, the depth of its queue.
 */
import { once } from "node:events";
import * as http from "node:http";
import * as https from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { WebSocketServer } from "ws";
import type { Certificate } from "../certificate.ts";
import { machineNow } from "../machineClock.ts";
import { type ApiError, errors } from "./errors.ts";
import type { Remembered } from "./memory.ts";
import { type DoubleRecord, type OpenRecord, Response } from "./response.ts";
import { refusalOf, SocketSession, tokensOf } from "./socketSession.ts";
import type { DoubleScript } from "./switches.ts";

type Body = Readonly<Record<string, unknown>>;

/** Owns its server, sockets and sessions until it is disposed. */
export class OpenaiDouble {
  readonly records: DoubleRecord[] = [];
  /** What the next requests get; may be replaced at any time. */
  script: DoubleScript;
  /** Makes the tokens from the request instead of taking those of the script. */
  tokensFor: ((body: Body) => readonly string[]) | undefined;
  /** How often an interrupt was asked for, and a ping came. */
  readonly counts = { interrupts: 0, pings: 0 };
  readonly #server: http.Server;
  readonly #isSecure: boolean;
  readonly #sockets = new Set<Socket>();
  readonly #sessions = new Set<SocketSession>();
  readonly #stored = new Map<string, Remembered>();
  #connections = 0;
  #upgrades = 0;
  #changed = Promise.withResolvers<undefined>();

  constructor(script: DoubleScript, certificate?: Certificate) {
    this.script = script;
    this.#isSecure = certificate !== undefined;
    const options = { noDelay: true };
    const answer = (request: http.IncomingMessage, response: http.ServerResponse) => {
      void this.#answer(request, response);
    };
    this.#server = certificate
      ? https.createServer({ ...options, cert: certificate.cert, key: certificate.key }, answer)
      : http.createServer(options, answer);
    this.#server.on(certificate ? "secureConnection" : "connection", (socket: Socket) => {
      this.#accept(socket);
    });
    this.#server.on("upgrade", (request, socket: Socket, head) => {
      this.#upgrade(request, socket, head);
    });
  }

  /** How many connections were ever made. */
  get connections(): number {
    return this.#connections;
  }

  /** How often a WebSocket was asked for. */
  get upgrades(): number {
    return this.#upgrades;
  }

  get openConnections(): number {
    return this.#sockets.size;
  }

  /** The WebSockets that are open, the oldest first. */
  get sessions(): readonly SocketSession[] {
    return [...this.#sessions];
  }

  /** What all requests so far have cost. */
  get usage(): { inputTokens: number; cachedTokens: number; outputTokens: number } {
    const sum = (of: (record: DoubleRecord) => number) =>
      this.records.reduce((total, record) => total + of(record), 0);
    return {
      inputTokens: sum(({ inputTokens }) => inputTokens),
      cachedTokens: sum(({ cachedTokens }) => cachedTokens),
      outputTokens: sum(({ tokensAt }) => tokensAt.length),
    };
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `${this.#isSecure ? "https" : "http"}://127.0.0.1:${this.port}`;
  }

  async listen(port = 0): Promise<this> {
    this.#server.listen(port, "127.0.0.1");
    await once(this.#server, "listening");
    return this;
  }

  /** Resolves once the condition holds; it is looked at after each thing that happens here. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await this.#changed.promise;
  }

  /** Ends every WebSocket on which nothing runs, and idle HTTP connections. */
  closeIdleConnections(): void {
    this.#server.closeIdleConnections();
    for (const session of this.#sessions) if (session.isIdle) session.close(1006);
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.dispose();
    await closed;
  }

  dispose(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #accept(socket: Socket): void {
    this.#connections++;
    this.#sockets.add(socket);
    socket.on("error", () => undefined);
    socket.once("close", () => {
      this.#sockets.delete(socket);
      this.#notify();
    });
    this.#notify();
  }

  #upgrade(request: http.IncomingMessage, socket: Socket, head: Buffer): void {
    this.#upgrades++;
    const { upgrade } = this.script;
    if (upgrade?.kind === "broken") socket.destroy();
    else if (upgrade?.kind === "status") refuse(socket, upgrade.status, {}, upgrade.headers);
    else if (!isAllowed(request)) refuse(socket, 401, { error: errors.noKey });
    else if (new URL(request.url ?? "", "http://x").pathname !== "/v1/responses")
      refuse(socket, 404, {});
    else if (upgrade?.kind !== "silent") this.#open(request, socket, head);
    this.#notify();
  }

  #open(request: http.IncomingMessage, socket: Socket, head: Buffer): void {
    const perMessageDeflate = this.script.isCompressed === true;
    const server = new WebSocketServer({ noServer: true, perMessageDeflate });
    const connection = this.#connections;
    server.handleUpgrade(request, socket, head, (ws) => {
      if (this.script.upgrade?.kind === "closed-at-once") {
        ws.close(1008, "policy");
        return;
      }
      if (this.script.upgrade?.kind === "swallowed") {
        ws.pause();
        return;
      }
      const session = new SocketSession(ws, {
        ...{ connection, headers: request.headers, stored: this.#stored },
        script: () => this.script,
        tokensFor: (body) => this.tokensFor?.(body),
        record: (record) => {
          this.#record(record);
        },
        interrupted: () => {
          this.counts.interrupts++;
        },
        pinged: () => {
          this.counts.pings++;
          this.#notify();
        },
        changed: () => {
          this.#notify();
        },
      });
      this.#sessions.add(session);
      ws.once("close", () => {
        this.#sessions.delete(session);
      });
    });
  }

  async #answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    let text = "";
    for await (const chunk of request.setEncoding("utf8")) text += String(chunk);
    const body = JSON.parse(text || "{}") as Body;
    const path = request.url ?? "";
    const record: OpenRecord = {
      ...{ path, headers: request.headers, body, receivedAt: machineNow(), lane: undefined },
      ...{ transport: "http", connection: this.#connections, cachedTokens: 0 },
      ...{ inputTokens: tokensOf(body), tokensAt: [], closedAt: undefined, isComplete: false },
    };
    this.#record(record);
    const refusal = this.#refusal(request, body);
    if (refusal) {
      const { status = 500, headers, ...error } = refusal;
      answerError(response, status, { error }, headers);
      return;
    }
    this.#stream(response, record);
  }

  #refusal(request: http.IncomingMessage, body: Body): ApiError | undefined {
    if (!isAllowed(request)) return errors.noKey;
    const { pathname } = new URL(request.url ?? "", "http://x");
    if (request.method !== "POST" || pathname !== "/v1/responses") return { status: 404 };
    const { previous_response_id: previous } = body;
    const isLost = typeof previous === "string" && !this.#stored.has(previous);
    return isLost ? errors.parentNotFound(previous) : refusalOf(body, this.script);
  }

  #stream(response: http.ServerResponse, record: OpenRecord): void {
    const head = () => {
      if (!response.headersSent) response.writeHead(200, { "Content-Type": "text/event-stream" });
    };
    const written = new Response(
      record,
      this.script,
      {
        send: (event) => {
          head();
          response.write(`event: ${String(event["type"])}\ndata: ${JSON.stringify(event)}\n\n`);
          this.#notify();
        },
        sendRaw: (text) => {
          head();
          response.end(text);
        },
        fail: ({ status = 500, headers, ...error }) => {
          if (!response.headersSent) answerError(response, status, { error }, headers);
          else response.end(`data: ${JSON.stringify({ type: "error", ...error })}\n\n`);
        },
        cut: (isReset) => {
          if (isReset) response.destroy();
          else response.end();
        },
      },
      this.tokensFor?.(record.body),
    );
    response.once("close", () => {
      written.stop();
      this.#notify();
    });
    written.run((end) => {
      if (end === "completed" || end === "incomplete") response.end();
      this.#notify();
    });
  }

  #record(record: OpenRecord): void {
    this.records.push(record);
    this.#notify();
  }

  #notify(): void {
    this.#changed.resolve(undefined);
    this.#changed = Promise.withResolvers();
  }
}

/** With any key, in the header of OpenAI or of Azure. */
function isAllowed({ headers }: http.IncomingMessage): boolean {
  return /^Bearer \S+$/.test(headers.authorization ?? "") || headers["api-key"] !== undefined;
}

function refuse(
  socket: Socket,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  const text = JSON.stringify(body);
  const lines = Object.entries({
    ...{ "Content-Type": "application/json", "Content-Length": `${Buffer.byteLength(text)}` },
    ...{ Connection: "close", ...headers },
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} Refused\r\n${lines.join("")}\r\n${text}`);
}

function answerError(
  response: http.ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { "Content-Type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}

import { machineNow } from "./machineClock.ts";
import { once } from "node:events";
import * as http from "node:http";
import * as http2 from "node:http2";
import * as https from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { Playback } from "./scriptedPlayback.ts";
import type { Counted, UpstreamRecord, UpstreamScript } from "./upstreamScript.ts";

export {
  type Counted,
  type Outcome,
  tokensAfter,
  type UpstreamRecord,
  type UpstreamScript,
} from "./upstreamScript.ts";

/** A question for something other than a completion. */
interface PageQuestion {
  readonly method: string;
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: http.IncomingHttpHeaders;
}

/** What it answers to such a question; undefined where it is one for the script. */
export type PageFor = (question: PageQuestion) =>
  | {
      readonly status?: number;
      readonly json: unknown;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | undefined;

/** Without a prompt Ollama only loads the model. */
const isLoad = (path: string, { prompt = "" }: Readonly<Record<string, unknown>>): boolean =>
  path === "/api/generate" && prompt === "";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A certificate with its key, as PEM. */
interface Tls {
  readonly cert: Buffer;
  readonly key: Buffer;
}

interface Speaking {
  readonly speaks: "h2" | "http/1.1";
  /** Of HTTP/2: how many requests a connection takes at a time is among them. */
  readonly settings?: http2.Settings;
}

/**
 * A model server on loopback that speaks the protocol of whatever path it is asked, by script, and notes all that happens.
 * With a certificate it speaks TLS and, where it may, HTTP/2.
 */
export class ScriptedUpstream {
  readonly records: UpstreamRecord[] = [];
  /** How often `GET /props` or the like was asked. */
  asides = 0;
  /** The models that Ollama was to load, in requests that are not answered yet. */
  readonly loading: string[] = [];
  /** What the next requests get; may be replaced at any time. */
  script: UpstreamScript;
  /** In-process only: makes the tokens from the request instead of taking those of the script. */
  tokensFor: ((body: Readonly<Record<string, unknown>>) => readonly string[]) | undefined;
  /** In-process only: what each token but the first waits for beside its time, which must not be 0. */
  before: (token: string) => Promise<void> | undefined = () => undefined;
  /** In-process only: what is said to have been counted. */
  countedFor: (path: string, body: Readonly<Record<string, unknown>>) => Counted = () => ({
    inputTokens: 42,
    cachedTokens: 7,
  });
  /** In-process only: what else it answers at once, such as its list of models; the paths that were asked for so. */
  pageFor: PageFor | undefined;
  readonly pagesAsked: string[] = [];
  readonly #server: http.Server | http2.Http2SecureServer;
  readonly #scheme: string;
  readonly #sockets = new Set<Socket>();
  readonly #used = new Set<Socket>();
  #connections = 0;
  #changed = Promise.withResolvers<undefined>();

  constructor(script: UpstreamScript, tls?: Tls & Speaking) {
    this.script = script;
    this.#scheme = tls ? "https" : "http";
    const answer = (request: http.IncomingMessage, response: http.ServerResponse) => {
      void this.#answer(request, response);
    };
    if (!tls) this.#server = http.createServer({ noDelay: true });
    else if (tls.speaks === "h2") this.#server = http2.createSecureServer(tls);
    else this.#server = https.createServer({ ...tls, noDelay: true });
    this.#server.on("request", answer); // what comes over HTTP/2 has the same methods
    this.#server.on("connection", (socket: Socket) => {
      this.#sockets.add(socket);
      this.#notify();
      socket.once("close", () => {
        this.#sockets.delete(socket);
        this.#notify();
      });
    });
    this.#server.on("session", ({ socket }: http2.Http2Session) => {
      this.#asked(socket);
    });
  }

  /** How many connections were ever asked over. */
  get connections(): number {
    return this.#connections;
  }

  /** Those of them that are open. */
  get openConnections(): number {
    return this.#used.size;
  }

  /** Open ones that nothing was asked over yet. */
  get spareConnections(): number {
    return this.#sockets.size - this.#used.size;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `${this.#scheme}://127.0.0.1:${this.port}`;
  }

  /** Port 0 is any free one. */
  async listen(port = 0): Promise<this> {
    this.#server.listen(port, "127.0.0.1");
    await once(this.#server, "listening");
    return this;
  }

  /** Resolves once the condition holds; it is looked at after each thing that happens here. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await this.#changed.promise;
  }

  /** Closes every connection that waits for a next request, as servers do after their keep-alive time. */
  closeIdleConnections(): void {
    (this.#server as http.Server).closeIdleConnections();
  }

  /** Closes every connection without a word. */
  dropConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Reads and answers nothing any more on the connections that there are. */
  pauseConnections(): void {
    for (const socket of this.#sockets) socket.pause();
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

  async #answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    // The client may go at any time, which `closedAt` tells.
    request.on("error", () => undefined);
    let text = "";
    request.setEncoding("utf8");
    request.on("data", (chunk: string) => (text += chunk));
    await once(request, "end");
    const body = JSON.parse(text || "{}") as Record<string, unknown>;
    const { method = "", url = "", headers } = request;
    const page = this.pageFor?.({ method, path: url, body, headers });
    if (page) {
      this.pagesAsked.push(`${method} ${url}`);
      const head = { "Content-Type": "application/json", ...page.headers };
      response.writeHead(page.status ?? 200, head).end(JSON.stringify(page.json));
      return;
    }
    if (method === "GET") {
      this.#answerAside(request, response);
      return;
    }
    if (isLoad(url, body)) {
      this.#load(String(body["model"]), response);
      return;
    }
    if (request.httpVersionMajor === 1) this.#asked(request.socket);
    const record: Mutable<UpstreamRecord> & { tokensAt: number[] } = {
      path: request.url ?? "",
      headers: request.headers,
      body,
      receivedAt: machineNow(),
      tokensAt: [],
      closedAt: undefined,
      isComplete: false,
    };
    this.records.push(record);
    this.#watchClose(response, record);
    this.#notify();
    const tokens = this.#tokens(body);
    const counted = this.countedFor(record.path, body);
    const { before, script } = this;
    new Playback({ script, tokens, before, counted, response, record }, () => {
      this.#notify();
    }).start();
  }

  #asked(socket: Socket): void {
    if (this.#used.has(socket)) return;
    this.#connections++;
    this.#used.add(socket);
    socket.once("close", () => {
      this.#used.delete(socket);
      this.#notify();
    });
  }

  /** What is asked beside the questions: it is in no record, and its connection does not count. */
  #answerAside(request: http.IncomingMessage, response: http.ServerResponse): void {
    this.asides++;
    const { props } = this.script;
    const isFound = request.url === "/props" && props !== undefined;
    response.writeHead(isFound ? 200 : 404, { "Content-Type": "application/json" });
    response.end(JSON.stringify(isFound ? props : { error: { code: 404, message: "no" } }));
    this.#notify();
  }

  /** As Ollama's GenerateHandler (server/routes.go); a load ends with the request that began it (server/sched.go). */
  #load(model: string, response: http.ServerResponse): void {
    this.asides++;
    this.loading.push(model);
    response.once("close", () => {
      this.loading.splice(this.loading.indexOf(model), 1);
      this.#notify();
    });
    const answer = { model, response: "", done: true, done_reason: "load" };
    if (this.script.isLoading !== true)
      response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(answer));
    this.#notify();
  }

  #watchClose(response: http.ServerResponse, record: Mutable<UpstreamRecord>): void {
    const { socket } = response;
    // Over HTTP/2 the answer counts as finished then.
    const { stream } = response as http.ServerResponse & { stream?: http2.ServerHttp2Stream };
    const note = () => {
      const isFinished = response.writableFinished && stream?.aborted !== true;
      if (isFinished || record.closedAt !== undefined) return;
      record.closedAt = machineNow();
      this.#notify();
    };
    // The end comes with the client's FIN, a little before the close of both sides.
    socket?.once("end", note);
    response.once("close", () => {
      socket?.removeListener("end", note);
      note();
    });
    response.once("finish", () => {
      record.isComplete = stream?.aborted !== true;
      this.#notify();
    });
  }

  #tokens(body: Readonly<Record<string, unknown>>): readonly string[] {
    const tokens = this.tokensFor?.(body) ?? this.script.tokens ?? ["hello", " world"];
    if (this.script.isNumbered !== true) return tokens;
    return tokens.map((token, index) => (index === 0 ? `${this.records.length}${token}` : token));
  }

  #notify(): void {
    const { resolve } = this.#changed;
    this.#changed = Promise.withResolvers();
    resolve(undefined);
  }
}

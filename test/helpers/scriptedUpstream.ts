import { once } from "node:events";
import * as http from "node:http";
import { type AddressInfo, type Socket } from "node:net";
import { completionEvents, type Events, infillEvents, refusals } from "./scriptedEvents.ts";

/** What the scripted model does with each request. Plain data, so that it can be given to a child process. */
export interface UpstreamScript {
  /** The time from the whole request to the first token; the head of the answer goes out with it. */
  readonly firstTextMs?: number;
  /** The time from one token to the next; 0 writes all of them in one turn. */
  readonly tokenMs?: number;
  readonly tokens?: readonly string[];
  /** Whether the first token begins with the request's number, so that no two answers are alike. */
  readonly isNumbered?: boolean;
  readonly outcome?: Outcome;
  /** Where set, any other model in a request is answered with 404. */
  readonly model?: string;
  /** For `/v1/completions`: the answer says how many tokens of prompt it saw, and no suffix is among them. */
  readonly isSuffixIgnored?: boolean;
}

/** How a request ends; left out, it is answered with all tokens. */
export type Outcome =
  | {
      readonly kind: "status";
      readonly status: number;
      readonly body: unknown;
      readonly headers?: Record<string, string>;
    }
  /** 200 and an event stream whose events are no JSON. */
  | { readonly kind: "garbage" }
  /** The connection is reset after that many tokens. */
  | { readonly kind: "cut-off"; readonly afterTokens: number }
  /** The body ends properly, but before its end marker. */
  | { readonly kind: "unfinished"; readonly afterTokens: number }
  /** Nothing more is sent after that many tokens, and the connection stays open. */
  | { readonly kind: "stalled"; readonly afterTokens: number }
  /** The request is read and never answered. */
  | { readonly kind: "silent" }
  /** An error event after that many tokens. */
  | { readonly kind: "error-event"; readonly afterTokens: number; readonly error: unknown }
  /** 200 and exactly these pieces of a body, one write each. */
  | {
      readonly kind: "raw";
      readonly chunks: readonly (string | Uint8Array)[];
      readonly contentType?: string;
    };

/** One request as the server saw it. Times are absolute milliseconds (`timeOrigin + now()`), equal in every process. */
export interface UpstreamRecord {
  readonly path: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Readonly<Record<string, unknown>>;
  readonly receivedAt: number;
  /** When each token was written. */
  readonly tokensAt: readonly number[];
  /** When the client closed the connection before the answer was complete. */
  readonly closedAt: number | undefined;
  readonly isComplete: boolean;
}

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

/** How many tokens were written after an absolute time, such as that of a cancellation. */
export function tokensAfter(record: UpstreamRecord, time: number): number {
  return record.tokensAt.filter((at) => at > time).length;
}

/** The clock that records use, for comparing with them from any process on this machine. */
export function absoluteNow(): number {
  return performance.timeOrigin + performance.now();
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A model API on loopback that answers `/v1/completions` and `/infill` by script, and notes all that happens. */
export class ScriptedUpstream {
  readonly records: UpstreamRecord[] = [];
  /** What the next requests get; may be replaced at any time. */
  script: UpstreamScript;
  /** In-process only: makes the tokens from the request instead of taking those of the script. */
  tokensFor: ((body: Readonly<Record<string, unknown>>) => readonly string[]) | undefined;
  /** In-process only: what else it answers at once, such as its list of models; the paths that were asked for so. */
  pageFor: PageFor | undefined;
  readonly pagesAsked: string[] = [];
  readonly #server: http.Server;
  readonly #sockets = new Set<Socket>();
  #connections = 0;
  #changed = Promise.withResolvers<undefined>();

  constructor(script: UpstreamScript) {
    this.script = script;
    this.#server = http.createServer({ noDelay: true }, (request, response) => {
      void this.#answer(request, response);
    });
    this.#server.on("connection", (socket) => {
      this.#connections++;
      this.#sockets.add(socket);
      socket.once("close", () => {
        this.#sockets.delete(socket);
        this.#notify();
      });
    });
  }

  /** How many connections were ever made. */
  get connections(): number {
    return this.#connections;
  }

  get openConnections(): number {
    return this.#sockets.size;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
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
    this.#server.closeIdleConnections();
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
    let text = "";
    // The client may go at any time, which `closedAt` tells.
    request.on("error", () => undefined);
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
    const record: Mutable<UpstreamRecord> & { tokensAt: number[] } = {
      path: request.url ?? "",
      headers: request.headers,
      body,
      receivedAt: absoluteNow(),
      tokensAt: [],
      closedAt: undefined,
      isComplete: false,
    };
    this.records.push(record);
    this.#watchClose(response, record);
    this.#notify();
    new Playback({ script: this.script, tokens: this.#tokens(body), response, record }, () => {
      this.#notify();
    }).start();
  }

  #watchClose(response: http.ServerResponse, record: Mutable<UpstreamRecord>): void {
    const { socket } = response;
    const note = () => {
      if (response.writableFinished || record.closedAt !== undefined) return;
      record.closedAt = absoluteNow();
      this.#notify();
    };
    // The end comes with the client's FIN, a little before the close of both sides.
    socket?.once("end", note);
    response.once("close", () => {
      socket?.removeListener("end", note);
      note();
    });
    response.once("finish", () => {
      record.isComplete = true;
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

interface Performance {
  readonly script: UpstreamScript;
  readonly tokens: readonly string[];
  readonly response: http.ServerResponse;
  readonly record: UpstreamRecord & { readonly tokensAt: number[] };
}

/** Plays a script to one response. */
class Playback {
  readonly #performance: Performance;
  readonly #notify: () => void;
  readonly #events: Events;
  #written = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(performance: Performance, notify: () => void) {
    this.#performance = performance;
    this.#notify = notify;
    const { record, script, tokens, response } = performance;
    response.once("close", () => {
      clearTimeout(this.#timer);
    });
    const options = { body: record.body, tokens, isSuffixIgnored: script.isSuffixIgnored ?? false };
    this.#events = record.path.startsWith("/infill")
      ? infillEvents(options)
      : completionEvents(options);
  }

  start(): void {
    const { script, record, response } = this.#performance;
    const refusal = this.#refusal();
    if (refusal) this.#refuse(refusal);
    else if (script.outcome?.kind === "raw") this.#raw(script.outcome);
    else if (script.outcome?.kind === "garbage") {
      this.#raw({ kind: "raw", chunks: ["data: <html>not a model</html>\n\n"] });
    } else if (script.outcome?.kind !== "silent") {
      this.#schedule(record.receivedAt + (script.firstTextMs ?? 0), () => {
        response.writeHead(200, { "Content-Type": "text/event-stream" });
        this.#next();
      });
    }
  }

  #refusal(): Extract<Outcome, { kind: "status" }> | undefined {
    const { script, record } = this.#performance;
    if (script.outcome?.kind === "status") return script.outcome;
    const unknownPath = !/^\/(infill|v1\/completions)(\?|$)/.test(record.path);
    if (unknownPath) return { kind: "status", status: 404, body: refusals.fileNotFound };
    if (record.path.startsWith("/infill")) {
      const missing = ["input_prefix", "input_suffix"].find((key) => !(key in record.body));
      if (missing) return { kind: "status", status: 500, body: refusals.keyNotFound(missing) };
    }
    if (script.model === undefined || record.body["model"] === script.model) return undefined;
    return { kind: "status", status: 404, body: refusals.notFound(String(record.body["model"])) };
  }

  #refuse({ status, body, headers }: Extract<Outcome, { kind: "status" }>): void {
    const isText = typeof body === "string";
    this.#performance.response.writeHead(status, {
      "Content-Type": isText ? "text/html" : "application/json; charset=utf-8",
      ...headers,
    });
    this.#performance.response.end(isText ? body : JSON.stringify(body));
  }

  #raw({ chunks, contentType }: Extract<Outcome, { kind: "raw" }>): void {
    const { response } = this.#performance;
    response.writeHead(200, { "Content-Type": contentType ?? "text/event-stream" });
    for (const chunk of chunks) response.write(chunk);
    response.end();
  }

  /** Writes the tokens that are due in this turn, then waits for the next or ends the answer. */
  #next(): void {
    const { script, record, response, tokens } = this.#performance;
    const stop = stopOf(script.outcome);
    const total = Math.min(tokens.length, stop?.afterTokens ?? tokens.length);
    do {
      if (response.destroyed) return;
      if (this.#written < total) this.#writeToken();
    } while (!script.tokenMs && this.#written < total);
    if (this.#written < total) {
      const firstAt = record.receivedAt + (script.firstTextMs ?? 0);
      this.#schedule(firstAt + this.#written * (script.tokenMs ?? 0), () => {
        this.#next();
      });
    } else if (stop) this.#stop(stop);
    else response.end(this.#events.end);
  }

  #writeToken(): void {
    const { record, response } = this.#performance;
    response.write(this.#events.tokens[this.#written]);
    this.#written++;
    record.tokensAt.push(absoluteNow());
    this.#notify();
  }

  #stop(outcome: Extract<Outcome, { afterTokens: number }>): void {
    const { response } = this.#performance;
    if (outcome.kind === "cut-off") response.flushHeaders();
    if (outcome.kind === "cut-off") setImmediate(() => response.socket?.destroy());
    if (outcome.kind === "unfinished") response.end();
    if (outcome.kind === "error-event")
      response.end(`data: ${JSON.stringify({ error: outcome.error })}\n\n`);
    if (outcome.kind === "stalled") response.flushHeaders();
  }

  /** Against an absolute time, so that late timers do not add up. */
  #schedule(at: number, action: () => void): void {
    const delayMs = at - absoluteNow();
    if (delayMs <= 0) {
      action();
      return;
    }
    this.#timer = setTimeout(action, delayMs);
  }
}

function stopOf(
  outcome: Outcome | undefined,
): Extract<Outcome, { afterTokens: number }> | undefined {
  return outcome && "afterTokens" in outcome ? outcome : undefined;
}

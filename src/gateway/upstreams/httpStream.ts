import * as http from "node:http";
import * as https from "node:https";
import { onAbort } from "../../base/abort.ts";
import { type Clock } from "../../base/clock.ts";
import { type Disposable } from "../../base/disposable.ts";
import { Failure } from "../../base/failure.ts";
import { type TokenUsage } from "../../wire/messages.ts";
import { type Reading } from "./dialect.ts";
import { SseReader } from "./sseReader.ts";
import { type StopReason, type UpstreamAnswer } from "./upstream.ts";
import { type UpstreamFailures } from "./upstreamFailures.ts";

/** One question: what to send, how to read the events of the answer, what no message may repeat. */
export interface Ask {
  readonly body: Readonly<Record<string, unknown>>;
  readonly read: (payload: string) => Reading;
  readonly privateTexts: readonly string[];
}

/** Where the questions go. */
export interface Endpoint {
  readonly url: URL;
  readonly apiKey: string | undefined;
  /** Told of each body that is sent. */
  readonly onSent?: OnSent | undefined;
}

/** Told of a body that is sent to a model's server; `to` is the server's address without anything that may be a key. */
export type OnSent = (sent: { readonly to: string; readonly body: string }) => void;

interface Call extends Disposable {
  readonly request: http.ClientRequest;
  readonly response: http.IncomingMessage;
}

const maxErrorBodyChars = 64 * 1024;
/** How long a finished answer may take to close its body before its connection is given up. */
const drainMs = 250;

/**
 * The one streaming client: POSTs JSON over kept-alive connections and reads server-sent events. The owner
 * disposes it, which closes every connection.
 */
export class HttpStream implements Disposable {
  readonly #endpoint: Endpoint;
  readonly #failures: UpstreamFailures;
  readonly #clock: Clock;
  readonly #agent: http.Agent;

  constructor(endpoint: Endpoint, failures: UpstreamFailures, clock: Clock) {
    this.#endpoint = endpoint;
    this.#failures = failures;
    this.#clock = clock;
    const options = { keepAlive: true, noDelay: true, maxFreeSockets: 4 };
    this.#agent = isSecure(endpoint) ? new https.Agent(options) : new http.Agent(options);
  }

  /**
   * Streams the texts of one answer, empty ones included, and ends with its last event. Aborting destroys
   * the connection inside the abort call and throws the signal's reason; all else throws a `Failure`.
   */
  async *texts(ask: Ask, signal: AbortSignal): UpstreamAnswer {
    const call = await this.#call(JSON.stringify(ask.body), signal);
    let isComplete = false;
    try {
      await this.#requireStream(call.response, ask);
      let lastText: string | undefined;
      let stop: StopReason = "done";
      let usage: TokenUsage | undefined;
      for await (const reading of this.#readings(call.response, ask)) {
        stop = reading.stop ?? stop;
        usage = reading.usage ?? usage;
        if (reading.isLast) {
          lastText = reading.text;
          break;
        }
        yield reading.text;
        signal.throwIfAborted();
      }
      if (lastText === undefined) throw this.#failures.endedEarly();
      isComplete = true;
      const drained = this.#drain(call.request, call.response);
      yield lastText;
      await drained;
      return { stop, usage };
    } catch (thrown) {
      signal.throwIfAborted();
      throw thrown instanceof Failure ? thrown : this.#brokenOff(thrown);
    } finally {
      call.dispose();
      if (!isComplete) call.request.destroy();
    }
  }

  dispose(): void {
    this.#agent.destroy();
  }

  /** Sends the request, and once more where a kept-alive connection proved to be closed by the server. */
  async #call(body: string, signal: AbortSignal): Promise<Call> {
    for (let attempt = 1; ; attempt++) {
      signal.throwIfAborted();
      const request = this.#request(body);
      try {
        return await answerTo(request, body, signal);
      } catch (thrown) {
        signal.throwIfAborted();
        if (attempt > 1 || !isStale(request, thrown)) throw this.#failures.noAnswer(thrown);
        this.#closeIdle();
      }
    }
  }

  #request(body: string): http.ClientRequest {
    const { url, apiKey, onSent } = this.#endpoint;
    onSent?.({ to: url.origin + url.pathname, body });
    return (isSecure(this.#endpoint) ? https : http).request(url, {
      method: "POST",
      agent: this.#agent,
      headers: {
        "Content-Type": "application/json",
        "Content-Length": Buffer.byteLength(body),
        Accept: "text/event-stream",
        ...(apiKey && { Authorization: `Bearer ${apiKey}` }),
      },
    });
  }

  /** One stale connection means the others are as old: the next request has to open a new one. */
  #closeIdle(): void {
    for (const sockets of Object.values(this.#agent.freeSockets)) {
      for (const socket of sockets ?? []) socket.destroy();
    }
  }

  async #requireStream(response: http.IncomingMessage, ask: Ask): Promise<void> {
    const status = response.statusCode ?? 0;
    const contentType = (response.headers["content-type"] ?? "").split(";")[0]?.trim() ?? "";
    const isStream = contentType === "" || contentType === "text/event-stream";
    if (status >= 200 && status < 300 && isStream) return;
    const retryAfter = response.headers["retry-after"];
    // The status says enough where the body breaks off.
    const body = await startOfBody(response).catch(() => "");
    throw this.#failures.answered({ status, contentType, retryAfter, body }, ask.privateTexts);
  }

  /** The texts of the events, until the body ends or a text is the last. Leaves the body open. */
  async *#readings(
    response: http.IncomingMessage,
    ask: Ask,
  ): AsyncGenerator<Extract<Reading, { kind: "text" }>, void, undefined> {
    const events = new SseReader();
    for await (const chunk of chunksOf(response)) {
      for (const payload of events.feed(chunk)) {
        const reading = ask.read(payload);
        if (reading.kind === "error")
          throw this.#failures.inStream(reading.error, ask.privateTexts);
        if (reading.kind === "garbled") throw this.#failures.garbled("is not in the expected form");
        yield reading;
      }
      if (events.isOversize) throw this.#failures.garbled("has an event of more than 1 MiB");
    }
    for (const payload of events.finish()) {
      const reading = ask.read(payload);
      if (reading.kind === "text") yield reading;
    }
  }

  /**
   * Reads what follows the last event (a `[DONE]`, the end of the body) until the connection is free for the
   * next request. Mostly it is all there already; a server that leaves the body open loses the connection.
   */
  #drain(request: http.ClientRequest, response: http.IncomingMessage): Promise<void> {
    if (request.closed) return Promise.resolve();
    return new Promise((resolve) => {
      const limit = this.#clock.after(drainMs, () => {
        request.destroy();
      });
      request.once("close", () => {
        limit.dispose();
        resolve();
      });
      response.resume();
    });
  }

  #brokenOff(thrown: unknown): Failure {
    const isSyntax = String((thrown as NodeJS.ErrnoException).code).startsWith("HPE_");
    return isSyntax ? this.#failures.garbled("is not HTTP") : this.#failures.endedEarly();
  }
}

function isSecure(endpoint: Endpoint): boolean {
  return endpoint.url.protocol === "https:";
}

/** Sends the body and waits for the head of the answer. From here on the signal destroys the connection. */
function answerTo(request: http.ClientRequest, body: string, signal: AbortSignal): Promise<Call> {
  return new Promise((resolve, reject) => {
    const link = onAbort(signal, () => {
      request.destroy();
    });
    // It stays for good: an error that comes after the answer is no longer of interest, but must be heard.
    request.on("error", (error) => {
      link.dispose();
      reject(error);
    });
    request.once("response", (response) => {
      resolve({
        request,
        response,
        dispose: () => {
          link.dispose();
        },
      });
    });
    request.end(body);
  });
}

/** The server closed a kept-alive connection while it was idle, and this request was the first to notice. */
function isStale(request: http.ClientRequest, thrown: unknown): boolean {
  const { code } = thrown as NodeJS.ErrnoException;
  return request.reusedSocket && (code === "ECONNRESET" || code === "EPIPE");
}

/** Decodes across chunk borders, and leaves the response open when the reader stops before its end. */
function chunksOf(response: http.IncomingMessage): AsyncIterable<string> {
  response.setEncoding("utf8");
  return response.iterator({ destroyOnReturn: false });
}

async function startOfBody(response: http.IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of chunksOf(response)) {
    body += chunk;
    if (body.length > maxErrorBodyChars) break;
  }
  return body;
}

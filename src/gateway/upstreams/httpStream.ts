import type { Readable } from "node:stream";
import { onAbort } from "../../base/abort.ts";
import type { Clock } from "../../base/clock.ts";
import { type Disposable, DisposableStore } from "../../base/disposable.ts";
import { Failure } from "../../base/failure.ts";
import type { SentNotice } from "../../wire/childNotices.ts";
import type { TokenUsage } from "../../wire/messages.ts";
import { AnswerEvents } from "./answerEvents.ts";
import { Connections, type Exchange, type Head, type Outgoing } from "./connections.ts";
import { type AboutServer, type Ask, parseJson } from "./dialect.ts";
import { mediaTypes } from "./eventReader.ts";
import type { StopReason, UpstreamAnswer } from "./upstream.ts";
import type { UpstreamFailures } from "./upstreamFailures.ts";

/** What the client is made of. */
export interface HttpStreamParts {
  /** Of the server: scheme, host and port. */
  readonly origin: URL;
  /** Sent with every request. */
  readonly headers: Readonly<Record<string, string>>;
  readonly failures: UpstreamFailures;
  readonly clock: Clock;
  /** Told of each body that is sent. */
  readonly onSent?: OnSent | undefined;
}

/** Told of a body that is sent to a model's server; `to` is the server's address without anything that may be a key. */
export type OnSent = (sent: Omit<SentNotice, "atWallMs">) => void;

const maxBodyChars = 64 * 1024;
/** How long a finished answer may take to close its body before its connection is given up. */
const drainMs = 250;
/** No model takes longer to load: Ollama gives up by then, too. */
const asideMs = 300_000;
const jsonType = { "Content-Type": "application/json" };

/** The one streaming client: POSTs JSON over kept connections and reads events. The owner disposes it. */
export class HttpStream implements Disposable {
  readonly #parts: HttpStreamParts;
  readonly #connections: Connections;
  #aside: Exchange | undefined;
  #asideAt = 0;

  constructor(parts: HttpStreamParts) {
    this.#parts = parts;
    this.#connections = new Connections(parts.origin, parts.clock);
  }

  /**
   * Streams the texts of one answer, empty ones for its head and for events that bring none. Aborting tells the server to stop inside the abort call and throws the signal's
   * reason; all else throws a `Failure`. Behind the text what was counted and the end of the body are waited for, so
   * that the connection is free again, for 250 ms at most.
   */
  async *answer(ask: Ask, signal: AbortSignal): UpstreamAnswer {
    const { failures, clock } = this.#parts;
    const { exchange, head, link } = await this.#send(ask, signal);
    const owned = new DisposableStore();
    owned.add(link);
    let isClosed = false;
    try {
      await this.#requireStream(exchange, head, ask);
      yield "";
      signal.throwIfAborted();
      const events = new AnswerEvents(exchange.body(), ask, failures);
      owned.add(
        onAbort(signal, () => {
          events.end();
        }),
      );
      let hasText = false;
      let stop: StopReason | undefined;
      let usage: Partial<TokenUsage> | undefined;
      for (let isLast = false; !isLast;) {
        const reading = await (stop === undefined ? events.next() : events.nextIfAny());
        signal.throwIfAborted();
        if (reading === undefined) break;
        isLast = reading.isLast === true;
        usage = reading.usage ? { ...usage, ...reading.usage } : usage;
        if (stop === undefined && (isLast || reading.stop !== undefined)) {
          stop = reading.stop ?? "done";
          owned.add(
            clock.after(drainMs, () => {
              exchange.destroy();
            }),
          );
        }
        hasText ||= reading.text !== "";
        yield reading.text;
        signal.throwIfAborted();
      }
      if (stop === undefined)
        throw hasText ? failures.endedEarly() : failures.garbled("has no text and no end", ask);
      exchange.body().resume();
      await exchange.closed;
      isClosed = true;
      signal.throwIfAborted();
      return { stop, usage: whole(usage) };
    } catch (thrown) {
      signal.throwIfAborted();
      throw thrown instanceof Failure ? thrown : this.#brokenOff(thrown, ask);
    } finally {
      owned.dispose();
      if (!isClosed) exchange.destroy();
    }
  }

  /**
   * Asks about the server, once at a time; never throws. An answer that does not come is waited for until disposal, or until it
   * is asked again after five minutes.
   */
  async about({ url, body, learn }: AboutServer): Promise<void> {
    const now = this.#parts.clock.now();
    if (this.#aside && now - this.#asideAt < asideMs) return;
    this.#aside?.destroy();
    const headers = { Accept: "application/json", ...this.#parts.headers };
    const exchange = this.#connections.send({
      ...(body
        ? { method: "POST", headers: { ...headers, ...jsonType }, body: JSON.stringify(body) }
        : { method: "GET", headers, body: "" }),
      url,
      isAside: true,
    });
    this.#aside = exchange;
    this.#asideAt = now;
    try {
      const { status } = await exchange.head;
      const answer = await startOfBody(exchange.body());
      learn(status === 200 ? parseJson(answer) : undefined);
    } catch {
      learn(undefined);
    } finally {
      if (this.#aside === exchange) this.#aside = undefined;
      exchange.destroy();
    }
  }

  /** Has a connection ready for the next question. */
  open(): void {
    this.#connections.open();
  }

  dispose(): void {
    this.#aside?.destroy();
    this.#connections.dispose();
  }

  /** Sends the question, and once more where a kept connection proved to be closed by the server. */
  async #send(
    ask: Ask,
    signal: AbortSignal,
  ): Promise<{ readonly exchange: Exchange; readonly head: Head; readonly link: Disposable }> {
    const outgoing = this.#outgoing(ask);
    for (let attempt = 1; ; attempt++) {
      signal.throwIfAborted();
      const exchange = this.#connections.send(outgoing);
      const link = onAbort(signal, () => {
        exchange.destroy();
      });
      try {
        return { exchange, head: await exchange.head, link };
      } catch (thrown) {
        link.dispose();
        signal.throwIfAborted();
        if (attempt > 1 || !exchange.isStale(thrown))
          throw this.#parts.failures.noAnswer(thrown, ask);
        this.#connections.closeIdle();
      }
    }
  }

  #outgoing({ url, body, format, work }: Ask): Outgoing {
    const text = JSON.stringify(body);
    this.#parts.onSent?.({ to: url.origin + url.pathname, body: text, work });
    return {
      method: "POST",
      url,
      headers: {
        ...jsonType,
        "Content-Length": String(Buffer.byteLength(text)),
        Accept: mediaTypes[format],
        ...this.#parts.headers,
      },
      body: text,
    };
  }

  async #requireStream(exchange: Exchange, head: Head, ask: Ask): Promise<void> {
    const { status, contentType } = head;
    const isStream = contentType === "" || contentType === mediaTypes[ask.format];
    if (status >= 200 && status < 300 && isStream) return;
    // The status says enough where the body breaks off.
    const body = await startOfBody(exchange.body()).catch(() => "");
    throw this.#parts.failures.answered({ ...head, body }, ask);
  }

  #brokenOff(thrown: unknown, ask: Ask): Failure {
    const isSyntax = String((thrown as NodeJS.ErrnoException).code).startsWith("HPE_");
    const { failures } = this.#parts;
    return isSyntax ? failures.garbled("is not HTTP", ask) : failures.endedEarly();
  }
}

/** What was counted, where a server has said all that is needed of it. */
function whole(usage: Partial<TokenUsage> | undefined): TokenUsage | undefined {
  const { inputTokens, outputTokens, cachedTokens } = usage ?? {};
  if (inputTokens === undefined || outputTokens === undefined) return undefined;
  return { inputTokens, cachedTokens, outputTokens };
}

async function startOfBody(body: Readable): Promise<string> {
  let text = "";
  body.setEncoding("utf8");
  // Left open where it is longer: whoever began the exchange ends it.
  for await (const chunk of body.iterator({ destroyOnReturn: false }) as AsyncIterable<string>) {
    text += chunk;
    if (text.length > maxBodyChars) break;
  }
  return text;
}

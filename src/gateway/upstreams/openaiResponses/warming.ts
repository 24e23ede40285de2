import { deadline, onAbort } from "../../../base/abort.ts";
import type { Clock } from "../../../base/clock.ts";
import type { Disposable } from "../../../base/disposable.ts";
import type { CompletionRequest } from "../../../wire/messages.ts";
import type { UpstreamFailures } from "../upstreamFailures.ts";
import { type FileContext, nearIn, partsOf } from "./completionPrompt.ts";
import type { Connection } from "./connection.ts";
import type { ParkedContexts } from "./contexts.ts";
import type { Exchange } from "./exchange.ts";
import type { Lane } from "./lane.ts";
import type { Pool } from "./pool.ts";
import { textsOf } from "./reading.ts";
import type { Requests } from "./requests.ts";

/** What warming needs; nothing of it is its own. */
export interface WarmingParts {
  readonly pool: Pool;
  readonly contexts: ParkedContexts;
  readonly requests: Requests;
  readonly failures: UpstreamFailures;
  readonly clock: Clock;
  /** The longest wait for a connection and for the server to have read a context. */
  readonly timeoutMs: number;
}

interface Sent {
  readonly exchange: Exchange;
  readonly lane: Lane;
  readonly connection: Connection;
}

/** A text near the cursor of this size is not worth another context. */
const nearEnoughChars = 1_500;

/** Makes the server read contexts before they are needed, behind whatever is asked meanwhile. */
export class Warming implements Disposable {
  readonly #parts: WarmingParts;
  readonly #own = new AbortController();
  readonly #onTheirWay = new Set<FileContext>();

  constructor(parts: WarmingParts) {
    this.#parts = parts;
  }

  /** Parks the context of a request where none is parked that fits. Throws as answers do. */
  async warm(request: CompletionRequest, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    for (const context of this.#onTheirWay) if (nearIn(context, request)) return;
    await this.#park(partsOf(request).context, signal, request);
  }

  /** Parks a context that the server has lost, once for all who find it lost. Nobody waits for it; never rejects. */
  async again(context: FileContext): Promise<void> {
    if (this.#onTheirWay.has(context)) return;
    await this.#park(context, this.#own.signal).catch(() => undefined);
  }

  dispose(): void {
    this.#own.abort(this.#parts.failures.closed());
  }

  async #park(
    context: FileContext,
    signal: AbortSignal,
    request?: CompletionRequest,
  ): Promise<void> {
    const { pool, requests, failures, contexts, clock, timeoutMs } = this.#parts;
    const limited = deadline(signal, clock, timeoutMs, "reading ahead");
    const own = onAbort(this.#own.signal, () => {
      limited.abort(this.#own.signal.reason);
    });
    this.#onTheirWay.add(context);
    try {
      const take = (connections: readonly Connection[]) => {
        const [connection] = connections;
        if (!connection) return undefined;
        if (request && this.#hasOne(connection, request)) return "not needed";
        const lane = contexts.freeLane(connection);
        if (!lane) return "no room";
        contexts.forget(lane);
        return { exchange: lane.start(requests.warmUp(context), "warming"), lane, connection };
      };
      const wish = { take, isModest: true as const };
      const sent: Sent | string | undefined = await pool.start<Sent | string>(wish, limited.signal);
      if (sent === undefined || typeof sent === "string") return;
      const { exchange, lane, connection } = sent;
      const asked = requests.asked([context.above, context.below, ...context.snippets]);
      const texts = textsOf(exchange, { signal: limited.signal, failures, asked });
      for (;;) {
        const next = await texts.next();
        if (next.done !== true) continue;
        if (next.value.kind === "ended") {
          contexts.park({ context, responseId: next.value.id, lane, connection });
        }
        return;
      }
    } finally {
      this.#onTheirWay.delete(context);
      limited.dispose();
      own.dispose();
    }
  }

  #hasOne(connection: Connection, request: CompletionRequest): boolean {
    const near = this.#parts.contexts.find(connection, request)?.near;
    return near !== undefined && near.before.length + near.after.length <= nearEnoughChars;
  }
}

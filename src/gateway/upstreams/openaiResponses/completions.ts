import type { CompletionRequest } from "../../../wire/messages.ts";
import { codeAlone } from "../codeAlone.ts";
import type { HttpStream } from "../httpStream.ts";
import type { UpstreamAnswer } from "../upstream.ts";
import type { UpstreamFailures } from "../upstreamFailures.ts";
import type { Connection } from "./connection.ts";
import type { Fork, ParkedContexts } from "./contexts.ts";
import type { Exchange } from "./exchange.ts";
import { httpAsk } from "./httpFallback.ts";
import type { Pool } from "./pool.ts";
import { type ReadEnd, textsOf } from "./reading.ts";
import type { Requests } from "./requests.ts";
import type { Warming } from "./warming.ts";

/** What completions are made with; nothing of it is their own. */
export interface CompletionParts {
  readonly pool: Pool;
  readonly contexts: ParkedContexts;
  readonly warming: Warming;
  readonly requests: Requests;
  readonly http: HttpStream;
  readonly failures: UpstreamFailures;
}

/** How often a request is sent over sockets at most: its sockets may be lost before the server says anything of it. */
export const maxSends = 3;

/** A request on its way, and the context it goes on from. */
interface Sent {
  readonly exchange: Exchange;
  readonly fork: Fork | undefined;
  /** What it goes on from may be lost now. */
  readonly release: (() => void) | undefined;
}

/** Fills in code: on an idle lane, from a parked context where there is one that fits. */
export class Completions {
  readonly #parts: CompletionParts;

  constructor(parts: CompletionParts) {
    this.#parts = parts;
  }

  answer(request: CompletionRequest, signal: AbortSignal): UpstreamAnswer {
    return codeAlone(this.#texts(request, signal), request);
  }

  async *#texts(request: CompletionRequest, signal: AbortSignal): UpstreamAnswer {
    const { pool, http, requests, failures, contexts, warming } = this.#parts;
    const asked = requests.asked(privateTextsOf(request));
    for (let sends = 1; ; sends++) {
      const take = (connections: readonly Connection[]) => this.#take(connections, request);
      const sent = await pool.start({ take }, signal);
      if (!sent) {
        const ask = httpAsk(requests.completion(request), asked, "completion");
        return yield* http.answer(ask, signal);
      }
      let end: ReadEnd;
      try {
        const onLoaded = sent.release;
        end = yield* textsOf(sent.exchange, { signal, failures, asked, onLoaded });
      } finally {
        sent.release?.();
      }
      if (end.kind === "ended") return end.end;
      if (end.kind === "orphaned") {
        if (!sent.fork) throw failures.garbled("is about a response that was not asked for", asked);
        contexts.forget(sent.fork.parked.lane);
        void warming.again(sent.fork.parked.context);
      } else if (sends >= maxSends && !pool.isHttpOnly) {
        throw failures.noAnswer({ code: "ECONNRESET" }, asked);
      }
    }
  }

  /** Starts where a context is parked that fits, else on the first idle lane. */
  #take(connections: readonly Connection[], request: CompletionRequest): Sent | undefined {
    const { contexts, requests } = this.#parts;
    const places = connections.flatMap((connection) => {
      const lane = connection.lanes.find(({ isIdle }) => isIdle);
      return lane ? [{ lane, fork: contexts.find(connection, request) }] : [];
    });
    const place = places.find(({ fork }) => fork) ?? places[0];
    if (!place) return undefined;
    const { lane, fork } = place;
    const fields = fork ? requests.fork(fork) : requests.completion(request);
    const release = fork && contexts.hold(fork.parked);
    return { exchange: lane.start(fields, "completion"), fork, release };
  }
}

/** More of the text round the cursor than is ever sent. */
function privateTextsOf(request: CompletionRequest): readonly string[] {
  return [request.before.slice(-16_000), request.after.slice(0, 8_000), ...request.snippets];
}

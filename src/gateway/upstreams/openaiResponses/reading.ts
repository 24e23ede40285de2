import { onAbort } from "../../../base/abort.ts";
import type { AnswerEnd } from "../upstream.ts";
import type { Asked, UpstreamFailures } from "../upstreamFailures.ts";
import type { ServerError } from "./events.ts";
import type { Exchange } from "./exchange.ts";

/** How the reading of a response ended. */
export type ReadEnd =
  | { readonly kind: "ended"; readonly end: AnswerEnd; readonly id: string }
  /** The socket was lost before the server had said anything of it: it may be sent again. */
  | { readonly kind: "lost" }
  /** The server does not have what the request goes on from. */
  | { readonly kind: "orphaned" };

/** What reading one response needs. */
export interface Reader {
  readonly signal: AbortSignal;
  readonly failures: UpstreamFailures;
  readonly asked: Asked;
  /** The server has read what the request goes on from. */
  readonly onLoaded?: (() => void) | undefined;
}

/**
 * The texts of one response, empty ones for events that bring none. It is abandoned in the turn in which the signal fires, or when its reader stops. Throws the
 * signal's reason, or a `Failure`.
 */
export async function* textsOf(
  exchange: Exchange,
  { signal, failures, asked, onLoaded }: Reader,
): AsyncGenerator<string, ReadEnd, undefined> {
  const link = onAbort(signal, () => {
    exchange.abandon();
  });
  try {
    for (;;) {
      const isNew = !exchange.hasHeard;
      const event = await exchange.next(signal);
      switch (event.kind) {
        case "text":
          yield event.text;
          break;
        case "started":
          if (event.isLoaded) onLoaded?.();
          yield "";
          break;
        case "ended":
          return {
            kind: "ended",
            end: { stop: event.stop, usage: event.usage },
            id: event.id,
          };
        case "failed":
          if (event.error.code === "previous_response_not_found") return { kind: "orphaned" };
          throw failureOf(event.error, failures, asked);
        case "lost":
          if (isNew) return { kind: "lost" };
          throw failures.endedEarly();
        case "garbled":
          throw failures.garbled("is not in the expected form", asked);
        case "other": // such as a thought
          yield "";
          break;
        case "not-interrupted":
          break;
      }
    }
  } finally {
    link.dispose();
    exchange.abandon();
  }
}

function failureOf(error: ServerError, failures: UpstreamFailures, asked: Asked): Error {
  const { status, code, type, message, retryAfterMs } = error;
  const details = { ...(code && { code }), ...(type && { type }), message };
  if (status === undefined) return failures.inStream(details, asked);
  const body = JSON.stringify({ error: details });
  return failures.answered({ status, contentType: "", retryAfterMs, body }, asked);
}

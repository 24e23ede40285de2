import { deadline } from "../base/abort.ts";
import type { Clock } from "../base/clock.ts";
import { Failure } from "../base/failure.ts";
import type { CompletionSource } from "./source.ts";

/** How a lost source comes back. */
export interface Comeback {
  /** Waits until it can be asked again. Throws the signal's reason, or when that makes no sense now. */
  readonly ready: (signal: AbortSignal) => Promise<void>;
  /** How long that is worth waiting for: the person has not moved since, but will soon. */
  readonly withinMs: number;
  readonly clock: Clock;
}

/**
 * Asks once more what was lost with its link before a word of it came, when the link is back, if that is
 * soon. Who has typed on since, or left, has ended the first ask by its signal: then nothing is asked.
 */
export function askedAgain(source: CompletionSource, comeback: Comeback): CompletionSource {
  return async function* (request, signal) {
    let isBegun = false;
    try {
      for await (const piece of source(request, signal)) {
        isBegun = true;
        yield piece;
      }
      return;
    } catch (error) {
      if (isBegun || signal.aborted || !isLost(error)) throw error;
    }
    const limit = deadline(signal, comeback.clock, comeback.withinMs, "connecting again");
    // Not back in time: asked all the same, since the source then says what is wrong with it.
    await comeback.ready(limit.signal).catch(() => undefined);
    limit.dispose();
    yield* source(request, signal);
  };
}

const isLost = (error: unknown): boolean =>
  error instanceof Failure && (error.code === "link-lost" || error.code === "gateway-unreachable");

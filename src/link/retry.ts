import type { Failure } from "../base/failure.ts";

const firstCeilingMs = 250;
const longestMs = 30_000;
/** The first wait after a close that dialling again at once would only repeat (PROTOCOL.md section 12). */
const firstLaterMs = 2_000;
/** A refusal mostly needs a person, but an ingress or a token being replaced refuses for a while only. */
const refusedMs = 60_000;
/** However long a gateway wants to be left alone: something on the way may say so in its name. */
const longestAskedMs = 60_000;

/** When to dial again, and what may change that. */
export interface Retry {
  readonly afterMs: number;
  /** Someone who waits brings the dial forward. */
  readonly isSoon: boolean;
  /** It mostly takes a person to mend it. */
  readonly isRefused: boolean;
}

/**
 * When to dial after this failure, the so-many-th in a row (0 for the first). `random` is from 0 to 1 and
 * spreads the dials of many windows: over all of the wait, but for a gateway that wants to be left alone. One that says for how
 * long is left alone for that time before.
 */
export function retryAfter(failure: Failure, failuresInRow: number, random: number): Retry {
  if (isRefusal(failure)) return { afterMs: refusedMs, isSoon: false, isRefused: true };
  const isLater = failure.code === "busy" || failure.code === "protocol";
  const firstMs = isLater ? firstLaterMs : firstCeilingMs;
  const ceilingMs = Math.min(longestMs, firstMs * 2 ** failuresInRow);
  const share = isLater ? 0.5 + random / 2 : random;
  const askedMs = Math.min(longestAskedMs, failure.retryAfterMs ?? 0);
  return { afterMs: askedMs + Math.round(ceilingMs * share), isSoon: !isLater, isRefused: false };
}

/** Whether it mostly takes a person to mend it. */
export const isRefusal = ({ code }: Failure): boolean =>
  code === "unauthorized" || code === "handshake-refused";

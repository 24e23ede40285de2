import { linkAbort, onAbort } from "../../base/abort.ts";
import { Failure } from "../../base/failure.ts";
import type { Percentiles } from "../../base/percentiles.ts";
import type { CompletionRequest } from "../../wire/messages.ts";
import type { Gate } from "../load/gate.ts";
import type { Upstream } from "../upstreams/upstream.ts";
import type { Breaker } from "./breaker.ts";
import type { Rest } from "./rest.ts";

/** One upstream of several, and what is known of it. Shared by all tenants. */
export interface Member {
  readonly upstream: Upstream;
  readonly breaker: Breaker;
  readonly gate: Gate;
  readonly rest: Rest;
  /** How long its completions took to their first text, in milliseconds. */
  readonly firstTextMs: Percentiles;
}

/**
 * Warms one where there is room, never in front of a request: its place is lent, and given up with it in the turn in which a
 * request needs it. Throws as `warm` does.
 */
export async function warmMember(
  { upstream, gate }: Member,
  tenant: string,
  request: CompletionRequest,
  signal: AbortSignal,
): Promise<void> {
  if (!upstream.warm || signal.aborted) return;
  const own = linkAbort(signal);
  const place = gate.lend(tenant, () => {
    own.abort(new Failure("superseded", "a request needs the place"));
  });
  if (!place) {
    own.dispose();
    return;
  }
  const abort = onAbort(signal, () => {
    place.dispose(); // in this turn: another warm may come in it
  });
  try {
    await upstream.warm(request, own.signal);
  } finally {
    abort.dispose();
    own.dispose();
    place.dispose();
  }
}

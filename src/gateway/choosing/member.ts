import { onAbort } from "../../base/abort.ts";
import { type Percentiles } from "../../base/percentiles.ts";
import { type CompletionRequest } from "../../wire/messages.ts";
import { type Gate } from "../load/gate.ts";
import { type Upstream } from "../upstreams/upstream.ts";
import { type Breaker } from "./breaker.ts";

/** One upstream of several, and what is known of it. Shared by all tenants. */
export interface Member {
  readonly upstream: Upstream;
  readonly breaker: Breaker;
  readonly gate: Gate;
  /** How long its completions took to their first text, in milliseconds. */
  readonly firstTextMs: Percentiles;
}

/** Warms one where there is room, never in front of a request; it holds one of its places meanwhile. Throws as `warm` does. */
export async function warmMember(
  { upstream, gate }: Member,
  tenant: string,
  request: CompletionRequest,
  signal: AbortSignal,
): Promise<void> {
  if (!upstream.warm || !gate.hasRoom(tenant)) return;
  const place = await gate.enter(tenant, "completion", signal);
  const giveBack = () => {
    place.dispose();
  };
  const abort = onAbort(signal, giveBack); // in this turn: what it is given up for asks in it
  try {
    await upstream.warm(request, signal);
  } finally {
    abort.dispose();
    giveBack();
  }
}

import { type Percentiles } from "../../base/percentiles.ts";
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

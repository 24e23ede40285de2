import { type Failure } from "../base/failure.ts";
import { type Welcome } from "../wire/messages.ts";

/** Where a persistent link stands. Exactly one at a time. */
export type LinkState =
  | { readonly kind: "connecting" }
  | { readonly kind: "ready"; readonly welcome: Welcome }
  /** Lost; the next dial follows by itself after `retryMs`. */
  | { readonly kind: "waiting"; readonly failure: Failure; readonly retryMs: number }
  /** Dialling again would not help (wrong token, wrong version); only `reconnect` leaves this. */
  | { readonly kind: "refused"; readonly failure: Failure }
  | { readonly kind: "closed" };

import { Failure } from "../base/failure.ts";
import type { Welcome } from "../wire/messages.ts";

/** Where a persistent link stands. Exactly one at a time. */
export type LinkState =
  /** Being dialled; `after` is the failure of the link or dial before, if there was one. */
  | { readonly kind: "connecting"; readonly after: Failure | undefined }
  | { readonly kind: "ready"; readonly welcome: Welcome }
  /** Lost; the next dial follows by itself after `retryMs`. */
  | { readonly kind: "waiting"; readonly failure: Failure; readonly retryMs: number }
  /** Dialling again at once would not help (wrong token, wrong version): it is dialled once a minute. */
  | { readonly kind: "refused"; readonly failure: Failure }
  | { readonly kind: "closed" };

/** Whether nothing has changed from one to the other. */
export function isSameState(one: LinkState, other: LinkState): boolean {
  const [fields, others] = [Object.entries(one), Object.entries(other)];
  const keys = new Map<string, unknown>(others);
  return fields.length === others.length && fields.every(([key, value]) => keys.get(key) === value);
}

/** What an ask fails with while there is no link. */
export function absenceOf(state: LinkState): Failure {
  if (state.kind === "waiting" || state.kind === "refused") return state.failure;
  if (state.kind === "connecting" && state.after) return state.after;
  return notOpen();
}

/** Nothing is known to be wrong, but there is no link. */
export const notOpen = (): Failure => new Failure("link-lost", "the link is not open yet");

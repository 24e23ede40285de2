import { type Failure } from "../base/failure.ts";
import { type GatewayTimings, type Origin } from "../wire/messages.ts";

/** Ghost text that is ready to show at the cursor it was asked for. */
export interface Suggestion {
  readonly text: string;
  /** How many UTF-16 units right of the cursor it takes the place of; never past the line's end. */
  readonly replaceAfterChars: number;
  readonly origin: Origin;
}

/** Where the milliseconds of one ask went, each since the ask began; undefined where it never came. */
export interface AskTimings {
  readonly firstPieceMs: number | undefined;
  readonly readyMs: number;
  readonly gateway: GatewayTimings | undefined;
}

/**
 * How one ask ended: with ghost text, or with the reason there is none. Exactly one for each ask, and one
 * more if the model's comes late.
 */
export interface AskResult {
  readonly suggestion: Suggestion | undefined;
  /** For people: why nothing is shown; empty when something is. */
  readonly reason: string;
  /** What went wrong, also beside a suggestion (the draft is shown while the model fails). */
  readonly failure: Failure | undefined;
  readonly timings: AskTimings;
}

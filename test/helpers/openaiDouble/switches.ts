import type { UpstreamScript } from "../scriptedUpstream.ts";

/** What becomes of an attempt to open a WebSocket. */
export type UpgradeSwitch =
  | {
      readonly kind: "status";
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** Never answered. */
  | { readonly kind: "silent" }
  /** The connection is reset. */
  | { readonly kind: "broken" }
  /** Accepted, and nothing passes behind it, as through some middleboxes. */
  | { readonly kind: "swallowed" }
  /** Accepted, and closed without a word. */
  | { readonly kind: "closed-at-once" };

/** How the double answers; whatever is left out is as the API documents it. */
export interface DoubleScript extends UpstreamScript {
  readonly upgrade?: UpgradeSwitch;
  /** False for a server that knows no lanes: one response at a time on a socket. */
  readonly hasLanes?: boolean;
  /** Whether `response.interrupt` is known. */
  readonly knowsInterrupts?: boolean;
  /** Errors with their details beside the type. */
  readonly hasFlatErrors?: boolean;
  /** Deltas with random padding. */
  readonly hasObfuscation?: boolean;
  /** Events between the usual ones that no client knows. */
  readonly hasUnknownEvents?: boolean;
  /** The last event without the output. */
  readonly endsWithoutOutput?: boolean;
  /** How old a socket may get. */
  readonly maxAgeMs?: number;
  /** Whether permessage-deflate is accepted when offered. */
  readonly isCompressed?: boolean;
  /** Names of fields that are refused, as models without them do. */
  readonly refusedFields?: readonly string[];
}

/** What the last part of an answer says of its end. */
export const defaultTokens: readonly string[] = ["hello", " world"];

import type { Failure } from "../base/failure.ts";
import type { AssembledAsk } from "../context/assemble.ts";
import type { DocumentState, Snapshot } from "../context/snapshot.ts";
import type { GatewayTimings, TokenUsage } from "../wire/messages.ts";
import type { AskResult } from "./suggestion.ts";

/** How one ask ended, for the status bar, the log and the tests. */
export interface AskReport {
  /** Tells it from all other asks and requests of the window. */
  readonly ask: number;
  /** The request that was made for it, if what is shown is that one's text. */
  readonly request: number | undefined;
  readonly path: string;
  readonly state: DocumentState;
  readonly result: AskResult;
  /** True for what the model said after the draft was given out: the second report of that ask. */
  readonly isLate: boolean;
}

/** That what an ask has brought was handed to the editor. */
export interface TakenReport {
  readonly ask: number;
  /** On the core's clock. */
  readonly at: number;
  /** Whether it is another ghost text than the one on the screen: not its rest, more of it, or the model's in its place. */
  readonly isNew: boolean;
}

/** That a request is about to be made. */
export interface RequestBegin {
  readonly request: number;
  readonly snapshot: Snapshot;
  readonly ask: AssembledAsk;
}

/** That a running request is given up. */
export interface CancelReport {
  readonly request: number;
  /** When that was decided, on the core's clock. */
  readonly at: number;
  /** How much the model has said, in UTF-16 units. */
  readonly receivedChars: number;
  /** Of a file that git ignores: no model was asked. */
  readonly isConfined: boolean;
}

/** How one request ended by itself. */
export interface RequestReport {
  readonly request: number;
  readonly path: string;
  readonly failure: Failure | undefined;
  /** The gateway's own times, where it ended well. */
  readonly timings: GatewayTimings | undefined;
  /** What the model's server counted, where it ended well and counts. */
  readonly usage: TokenUsage | undefined;
  /** The model that answered, where it is another than the one that the link's gateway named. */
  readonly upstream: string | undefined;
  /** How much the model has said, in UTF-16 units. */
  readonly receivedChars: number;
  /** Whether the model has said something. */
  readonly hasRemoteText: boolean;
  /** Whether the model was not asked, since the draft is nearly certain. */
  readonly isModelSpared: boolean;
  /** Of a file that git ignores: no model was asked. */
  readonly isConfined: boolean;
}

import type { Figures } from "../report.ts";

/** How long the scripted model takes for each answer. */
export const modelMs = 50;
/** The servers' address at the far end of the line, as wan.py sets it. */
export const serverAddress = "10.77.0.2";

export const scenarioNames = ["line", "burst", "cold", "loss", "partition"] as const;
export type ScenarioName = (typeof scenarioNames)[number];

/** Where the servers are: the gateway's links, and the same work over HTTP. */
export interface Servers {
  readonly gateway: string;
  readonly http: string;
}

/** What the client's process is given to do. */
export interface Plan {
  readonly servers: Servers;
  readonly token: string;
  /** The line's round trip without loss. */
  readonly rttMs: number;
  readonly scenarios: readonly ScenarioName[];
}

/** What a line can be changed to while it is used; what is left out stays. */
export interface LineChange {
  /** Each way. */
  readonly delayMs?: number;
  /** From 0 to 1, of the packets of each way. */
  readonly lossShare?: number;
  /** Whether nothing gets through at all. */
  readonly isDown?: boolean;
}

/** Changes the line; resolves when it is changed. */
export type SetLine = (change: LineChange) => Promise<void>;

/** What the client's process says to the bench; a change is answered with any message. */
export type ClientWord =
  | { readonly kind: "line"; readonly change: LineChange }
  | { readonly kind: "figures"; readonly scenario: ScenarioName; readonly figures: Figures };

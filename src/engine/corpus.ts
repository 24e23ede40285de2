import type { TokenLog } from "./tokenLog.ts";

/** How near a text is to the cursor; what stands nearer has more weight. */
export const nearness = { elsewhere: 0, sameFolder: 1, below: 2, above: 3 } as const;

export type Nearness = (typeof nearness)[keyof typeof nearness];

/** The text a token stands in. */
export interface Place {
  readonly text: string;
  /** The first token of the text; matching does not go back beyond it. */
  readonly floor: number;
  readonly nearness: Nearness;
}

/** Something to copy from: linked tokens and the texts they were read from. */
export interface Corpus {
  readonly log: TokenLog;
  /** How many places of a chain a search may look at. */
  readonly visitLimit: number;
  /** Undefined where nothing may be copied from. */
  placeOf(index: number): Place | undefined;
}

/** How many places of each chain are looked at in an open document. */
export const liveVisitLimit = 32;

import type { AskTimings } from "../../src/completion/suggestion.ts";

/** Times of an ask of which little is known. */
export const askTimings: AskTimings = {
  firstPieceMs: 1,
  readyMs: 2,
  requestedMs: undefined,
  textMs: undefined,
  contextMs: undefined,
  tidyMs: undefined,
};

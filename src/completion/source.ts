import type { CompletionAsk, Piece } from "../wire/messages.ts";

/**
 * The one thing completion needs of the world: ask, and get the answer in pieces, the last one an `end`.
 * It throws a `Failure`, or the signal's reason once that has fired. Handed in by the composition root.
 */
export type CompletionSource = (ask: CompletionAsk, signal: AbortSignal) => AsyncIterable<Piece>;

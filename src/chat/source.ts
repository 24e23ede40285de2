import type { Piece } from "../wire/messages.ts";

/**
 * The one thing chat needs of the world: ask the JSON of a `ChatQuestion`, and get the answer in pieces, the last one an
 * `end`. It throws a `Failure`, or the signal's reason once that has fired. Handed in by the composition root.
 */
export type ChatSource = (question: string, signal: AbortSignal) => AsyncIterable<Piece>;

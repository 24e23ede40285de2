import type { CompletionRequest, Piece } from "../wire/messages.ts";

/** Answers one request: pieces as they come, the last one an `end`; the signal fires on cancel or loss. */
export type Answer = (request: CompletionRequest, signal: AbortSignal) => AsyncIterable<Piece>;

/** Lets the model and the engine read what asks are expected about. Settles when it has, or cannot; the signal stops it. */
export type Warm = (request: CompletionRequest, signal: AbortSignal) => Promise<void>;

/** How one stream ended, for counting. */
export type StreamOutcome = "end" | "cancelled" | "failed";

import { systemClock } from "../../../src/base/clock.ts";
import { Failure } from "../../../src/base/failure.ts";
import type { CompletionSource } from "../../../src/completion/source.ts";
import type { CompletionAsk } from "../../../src/wire/messages.ts";

/** How one ask ended. */
export interface Answer {
  readonly documentVersion: number;
  /** Whether any text came. */
  readonly hasText: boolean;
  /** Why none did; empty where it did. */
  readonly reason: string;
  /** From the ask to its end. */
  readonly readyMs: number;
  /** What the gateway and its model took of that; undefined where its end was not waited for. */
  readonly gatewayMs: number | undefined;
}

/** Asks so that each ask of a document gives up the one before: what is measured is the way there and back. */
export class LatestAsk {
  readonly #source: CompletionSource;
  readonly #onAnswer: (answer: Answer) => void;
  readonly #running = new Map<string, AbortController>();

  constructor(source: CompletionSource, onAnswer: (answer: Answer) => void = () => undefined) {
    this.#source = source;
    this.#onAnswer = onAnswer;
  }

  async ask(ask: CompletionAsk): Promise<Answer> {
    this.#running.get(ask.documentKey)?.abort(new Failure("superseded", "typed on"));
    const abort = new AbortController();
    this.#running.set(ask.documentKey, abort);
    const answer = await this.#read(ask, abort.signal);
    this.#onAnswer(answer);
    return answer;
  }

  dispose(): void {
    for (const abort of this.#running.values()) abort.abort(new Failure("superseded", "ended"));
  }

  async #read(ask: CompletionAsk, signal: AbortSignal): Promise<Answer> {
    const startedAt = systemClock.now();
    const { documentVersion } = ask;
    let hasText = false;
    let gatewayMs: number | undefined;
    let reason = "no text came";
    try {
      for await (const piece of this.#source(ask, signal)) {
        if (piece.kind === "text") hasText ||= piece.text.trim() !== "";
        else gatewayMs = piece.timings.totalMs;
      }
    } catch (error) {
      reason = Failure.from(error).message;
    }
    const readyMs = systemClock.now() - startedAt;
    return { documentVersion, hasText, reason: hasText ? "" : reason, readyMs, gatewayMs };
  }
}

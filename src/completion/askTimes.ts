import type { Clock } from "../base/clock.ts";
import type { Answer } from "./answer.ts";
import type { Ask } from "./ask.ts";
import type { RunningRequest } from "./request.ts";
import type { AskResult, ResultSource } from "./suggestion.ts";

/** The request that was made for an ask, or that it is to be made. */
export type Asked = RunningRequest | "soon" | "now" | undefined;

/** The request of an ask, and whether what is given is its text. */
export interface Origins {
  readonly asked: Asked;
  readonly own: RunningRequest | undefined;
}

/** Times what is done for one ask after the other, and makes their results. */
export class AskTimes {
  readonly #clock: Clock;
  #isBeginning = false;
  #steppedAt = 0;
  #assembledMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Where a text comes from that is given now: what is given in the turn of the ask was not waited for. */
  sourceOf(own: RunningRequest | undefined): ResultSource {
    if (own) return "asked";
    return this.#isBeginning ? "known" : "awaited";
  }

  /** Takes the first step for a new ask. */
  begin(step: () => void): void {
    this.#assembledMs = 0;
    this.#isBeginning = true;
    step();
    this.#isBeginning = false;
  }

  /** A step begins; the clock's time. */
  stepped(): number {
    this.#steppedAt = this.#clock.now();
    return this.#steppedAt;
  }

  /** Makes what is asked of the far end. */
  assembled<T>(make: () => T): T {
    const begunAt = this.#clock.now();
    const made = make();
    this.#assembledMs = this.#clock.now() - begunAt;
    return made;
  }

  /** The result of an ask, timed. */
  resultOf(
    { startedAt, snapshot }: Ask,
    source: ResultSource,
    outcome: Partial<AskResult>,
    { asked, own }: Origins,
  ): AskResult {
    const { suggestion, reason = "", failure } = outcome;
    const sinceKey = (at: number | undefined) => (at === undefined ? undefined : at - startedAt);
    const { readMs } = snapshot;
    const now = this.#clock.now();
    const timings = {
      firstPieceMs: sinceKey(numbered(asked)?.firstPieceAt),
      readyMs: now - startedAt,
      requestedMs: sinceKey(own?.startedAt),
      textMs: sinceKey(suggestion?.origin === "draft" ? own?.firstDraftAt : own?.firstRemoteAt),
      contextMs: readMs === undefined ? undefined : readMs + this.#assembledMs,
      tidyMs: suggestion && now - this.#steppedAt,
    };
    return { suggestion, source, reason, failure, timings };
  }
}

/** The request, once there is one. */
export const numbered = (asked: Asked): RunningRequest | undefined =>
  typeof asked === "object" ? asked : undefined;

/** The request that was made for an ask, if this is an answer of it. */
export function ownRequest(asked: Asked, answer: Answer | undefined): RunningRequest | undefined {
  const request = numbered(asked);
  const isOwn = answer !== undefined && (request?.remote === answer || request?.draft === answer);
  return isOwn ? request : undefined;
}

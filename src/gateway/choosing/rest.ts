import type { Clock } from "../../base/clock.ts";
import { Failure } from "../../base/failure.ts";

/** However long a server wants to be left alone: one that waits for a person may be asked again a little later. */
const longestMs = 60_000;

/** For how long an upstream has asked to be left alone. It owns no timer: time is looked at when somebody asks. */
export class Rest {
  readonly #clock: Clock;
  #failure: Failure | undefined;
  #untilMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** In which words it has asked for it; undefined where it may be asked. */
  get failure(): Failure | undefined {
    return this.#clock.now() < this.#untilMs ? this.#failure : undefined;
  }

  /** It has failed, and may have said for how long. What was failed here since it rests says nothing new. */
  failed(thrown: unknown): void {
    if (!(thrown instanceof Failure) || thrown.retryAfterMs === undefined) return;
    if (thrown === this.#failure) return;
    const untilMs = this.#clock.now() + Math.min(thrown.retryAfterMs, longestMs);
    if (untilMs <= this.#untilMs) return; // what was asked before may answer later, and ask for less
    this.#failure = thrown;
    this.#untilMs = untilMs;
  }
}

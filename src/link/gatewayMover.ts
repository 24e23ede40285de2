import type { Clock } from "../base/clock.ts";
import type { Disposable } from "../base/disposable.ts";
import { Failure } from "../base/failure.ts";
import { Percentiles } from "../base/percentiles.ts";

/** How often it is seen whether another gateway would be better, and how soon once there is a reason to. */
const surveyMs = 10 * 60_000;
const soonMs = 5_000;

/** An answer is late that takes so many times as long as usual, and so much longer; so many in a row are a reason. */
const lateRatio = 3;
const lateMs = 50;
const lateInRow = 5;
const leastSamples = 20;

/** What moving is made of. */
export interface GatewayMoverParts {
  readonly clock: Clock;
  /** Which gateway should be used instead; undefined where there is no better one. */
  readonly survey: (signal: AbortSignal) => Promise<string | undefined>;
  /** Whether nobody waits for an answer. */
  readonly isIdle: () => boolean;
  readonly move: (address: string) => void;
}

/**
 * Moves a link to a better gateway: it looks for one from time to time, and soon after several late answers or a change of
 * network, and moves while nobody waits for an answer. Its owner disposes it.
 */
export class GatewayMover implements Disposable {
  readonly #parts: GatewayMoverParts;
  readonly #usual = new Percentiles(100);
  #timer: Disposable;
  #surveying: AbortController | undefined;
  #late = 0;
  #better: string | undefined;

  constructor(parts: GatewayMoverParts) {
    this.#parts = parts;
    this.#timer = parts.clock.after(surveyMs, this.#look);
  }

  /** How long the first piece of an answer took. */
  answered(firstMs: number): void {
    const usualMs = this.#usual.at(0.5) ?? firstMs;
    const isLate = firstMs >= usualMs * lateRatio && firstMs - usualMs >= lateMs;
    if (isLate && this.#usual.count >= leastSamples) this.#late++;
    else {
      this.#late = 0;
      this.#usual.add(firstMs);
    }
    if (this.#late === lateInRow) this.surveySoon();
  }

  /** There is a reason to look for a better gateway. */
  surveySoon(): void {
    this.#late = 0;
    this.#lookAfter(soonMs);
  }

  /** The last answer has ended. */
  idle(): void {
    if (this.#better === undefined || !this.#parts.isIdle()) return;
    const address = this.#better;
    this.#better = undefined;
    this.#parts.move(address);
  }

  dispose(): void {
    this.#timer.dispose();
    this.#surveying?.abort(new Failure("link-lost", "no longer looked for"));
  }

  readonly #look = (): void => {
    this.#lookAfter(surveyMs);
    if (!this.#surveying) void this.#survey();
  };

  #lookAfter(afterMs: number): void {
    this.#timer.dispose();
    this.#timer = this.#parts.clock.after(afterMs, this.#look);
  }

  async #survey(): Promise<void> {
    const surveying = (this.#surveying = new AbortController());
    try {
      this.#better = await this.#parts.survey(surveying.signal);
      if (!surveying.signal.aborted) this.idle();
    } catch {
      // Nothing is known, and the link stays where it is.
    } finally {
      this.#surveying = undefined;
    }
  }
}

import type { Figures } from "../report.ts";
import { spread } from "../spread.ts";
import type { Answer } from "./latestAsk.ts";

/** The times of answers, what of them the gateway and its model took, and why some were none. */
export class Tally {
  readonly #readyMs: number[] = [];
  readonly #gatewayMs: number[] = [];
  readonly #reasons: string[] = [];

  /** An answer's time counts from its key. */
  add({ hasText, reason, readyMs, gatewayMs }: Answer): void {
    if (hasText) {
      this.#readyMs.push(readyMs);
      this.#gatewayMs.push(gatewayMs ?? NaN);
    } else this.#reasons.push(reason);
  }

  figures(): Figures {
    const reasons = [...new Set(this.#reasons)].join("; ");
    return {
      ...spread(this.#readyMs),
      gatewayMs: spread(this.#gatewayMs),
      ...(this.#reasons.length > 0 && { unanswered: this.#reasons.length, reasons }),
    };
  }
}

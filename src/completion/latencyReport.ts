import { Percentiles } from "../base/percentiles.ts";
import type { AskResult } from "./suggestion.ts";

const keptAnswers = 100;

/** What the status bar tells of the last answers; milliseconds from the key to the text being ready. */
export interface Latency {
  readonly lastMs: number | undefined;
  readonly p50Ms: number | undefined;
  readonly p95Ms: number | undefined;
  readonly answers: number;
}

/** Latencies of the last 100 answers that had something to show. */
export class LatencyReport {
  readonly #samples = new Percentiles(keptAnswers);
  #lastMs: number | undefined;

  add(result: AskResult): void {
    if (!result.suggestion) return;
    this.#lastMs = result.timings.readyMs;
    this.#samples.add(this.#lastMs);
  }

  get latency(): Latency {
    const { count } = this.#samples;
    const [p50Ms, p95Ms] = [this.#samples.at(0.5), this.#samples.at(0.95)];
    return { lastMs: this.#lastMs, p50Ms, p95Ms, answers: count };
  }
}

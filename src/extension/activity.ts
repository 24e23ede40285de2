import { type Disposable } from "../base/disposable.ts";
import { Emitter } from "../base/emitter.ts";
import { type Failure } from "../base/failure.ts";
import { type Logger } from "../base/log.ts";
import { type AskReport } from "../completion/completer.ts";
import { type Latency, LatencyReport } from "../completion/latencyReport.ts";

const keptEntries = 1_000;

/** What has happened lately: how asks ended, why nothing was shown, what is wrong now. */
export class Activity implements Disposable {
  readonly #log: Logger;
  readonly #latencies = new LatencyReport();
  readonly #reports: AskReport[] = [];
  readonly #refusals: string[] = [];
  readonly #changes = new Emitter<undefined>();
  #failure: Failure | undefined;
  #lastReason = "";

  constructor(log: Logger) {
    this.#log = log;
  }

  readonly onChange = this.#changes.on;

  /** How the asks ended, oldest first, the last 1,000. */
  get reports(): readonly AskReport[] {
    return this.#reports;
  }

  /** Why the editor was given nothing although it asked, oldest first, the last 1,000. */
  get refusals(): readonly string[] {
    return this.#refusals;
  }

  get latency(): Latency {
    return this.#latencies.latency;
  }

  /** What went wrong in the last answer; undefined when it went well. */
  get failure(): Failure | undefined {
    return this.#failure;
  }

  /** Why nothing was shown the last time; empty when something was. */
  get lastReason(): string {
    return this.#lastReason;
  }

  report(report: AskReport): void {
    const { suggestion, reason, failure, timings } = report.result;
    keep(this.#reports, report);
    this.#latencies.add(report.result);
    // A cancelled ask and a draft say nothing about the far end: only its answer clears what was wrong.
    if (failure ?? timings.gateway ?? suggestion?.origin === "remote") this.#failure = failure;
    this.#lastReason = reason;
    const outcome = suggestion ? suggestion.origin : `nothing, ${reason}`;
    const trouble = failure ? `, ${failure.code}` : "";
    this.#log.debug(
      `${report.path} v${report.version}: ${timings.readyMs.toFixed(1)} ms, ${outcome}${trouble}`,
    );
    this.#changes.fire(undefined);
  }

  refuse(reason: string): void {
    keep(this.#refusals, reason);
    this.#lastReason = reason;
  }

  /** The far end is a new one: what was wrong with the old one is over. */
  forgetFailure(): void {
    this.#failure = undefined;
    this.#changes.fire(undefined);
  }

  dispose(): void {
    this.#changes.dispose();
  }
}

function keep<T>(list: T[], item: T): void {
  list.push(item);
  if (list.length > keptEntries) list.shift();
}

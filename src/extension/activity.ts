import { type Disposable } from "../base/disposable.ts";
import { Emitter } from "../base/emitter.ts";
import { type Failure, type FailureCode } from "../base/failure.ts";
import { type Logger } from "../base/log.ts";
import { type AskReport } from "../completion/completer.ts";
import { type Latency, LatencyReport } from "../completion/latencyReport.ts";
import { type AskTimings } from "../completion/suggestion.ts";

/** What has happened lately: how asks ended, why nothing was shown, what is wrong now. */
export class Activity implements Disposable {
  readonly #log: Logger;
  readonly #latencies = new LatencyReport();
  readonly #changes = new Emitter<undefined>();
  #failure: Failure | undefined;
  #lastReason = "";

  constructor(log: Logger) {
    this.#log = log;
  }

  readonly onChange = this.#changes.on;

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

  report({ path, state, result, isLate }: AskReport): void {
    const { suggestion, reason, failure, timings } = result;
    if (!isLate) this.#latencies.add(result);
    // A cancelled ask and a draft say nothing about the far end: only its answer clears what was wrong.
    if (failure ?? timings.gateway ?? suggestion?.origin === "remote") this.#failure = failure;
    this.#lastReason = reason;
    const outcome = suggestion ? suggestion.origin : `nothing, ${reason}`;
    const trouble = failure ? `, ${failure.code}` : "";
    const split = splitOf(timings);
    this.#log.debug(
      `${path} v${state.version}: ${split}, ${outcome}${isLate ? ", late" : ""}${trouble}`,
    );
    this.#changes.fire(undefined);
  }

  /** Why the editor was given nothing although it asked. */
  refuse(reason: string): void {
    if (reason === this.#lastReason) return;
    this.#lastReason = reason;
    this.#changes.fire(undefined);
  }

  /** The link stands: whatever was wrong with it is over. */
  linkReady(): void {
    if (this.#failure && linkCodes.has(this.#failure.code)) this.forgetFailure();
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

const linkCodes: ReadonlySet<FailureCode> = new Set<FailureCode>([
  "link-lost",
  "gateway-unreachable",
  "handshake-refused",
  "unauthorized",
  "protocol",
  "busy",
]);

/** Where the milliseconds of one ask went, for the log. */
function splitOf({ readyMs, firstPieceMs, gateway }: AskTimings): string {
  const parts = {
    ready: readyMs,
    "first piece": firstPieceMs,
    draft: gateway?.draftMs,
    "model's first text": gateway?.firstRemoteMs,
    gateway: gateway?.totalMs,
  };
  return Object.entries(parts)
    .flatMap(([name, ms]) => (ms === undefined ? [] : [`${name} ${ms.toFixed(1)} ms`]))
    .join(", ");
}

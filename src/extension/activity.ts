import type { Disposable } from "../base/disposable.ts";
import { Emitter } from "../base/emitter.ts";
import type { Failure, FailureCode } from "../base/failure.ts";
import type { Logger } from "../base/log.ts";
import type { AskReport, RequestReport } from "../completion/reports.ts";
import { type Latency, LatencyReport } from "../completion/latencyReport.ts";
import { anyPause, isPause } from "./reasons.ts";

const maxReasons = 100;
const maxFailures = 20;

/** What has happened lately: how asks ended, why nothing was shown, what is wrong now. */
export class Activity implements Disposable {
  readonly #log: Logger;
  readonly #latencies = new LatencyReport();
  readonly #changes = new Emitter<undefined>();
  #failure: Failure | undefined;
  /** The newest request that was answered. */
  #lastAnswered = 0;
  #lastReason = "";
  #shownCount = 0;
  #acceptedCount = 0;
  #sparedCount = 0;
  readonly #reasons = new Map<string, number>();
  readonly #failures: Failure[] = [];

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

  /** How many ghost texts were given to the editor, each once however it grew or was typed along, and how many were accepted as a whole. */
  get shownCount(): number {
    return this.#shownCount;
  }

  get acceptedCount(): number {
    return this.#acceptedCount;
  }

  /** How often the model was not asked, since the draft was nearly certain. */
  get sparedCount(): number {
    return this.#sparedCount;
  }

  /** Why nothing was shown, and how often, the most frequent first. */
  get reasons(): readonly (readonly [string, number])[] {
    return [...this.#reasons].sort(([, a], [, b]) => b - a);
  }

  /** The last failures of requests and of the link, the newest last; one that repeats itself counts once. */
  get recentFailures(): readonly Failure[] {
    return this.#failures;
  }

  /** Something has failed: kept for who reports a problem. */
  failed(failure: Failure): void {
    const last = this.#failures.at(-1);
    if (last?.code === failure.code && last.message === failure.message) return;
    this.#failures.push(failure);
    if (this.#failures.length > maxFailures) this.#failures.shift();
  }

  /** A ghost text was given to the editor. */
  shown(): void {
    this.#shownCount++;
  }

  accepted(): void {
    this.#acceptedCount++;
  }

  report({ path, state, result, isLate }: AskReport): void {
    const { suggestion, source, reason, failure, timings } = result;
    if (!isLate) this.#latencies.add(result);
    if (failure) this.#failure = failure;
    this.#lastReason = reason;
    if (!suggestion) this.#count(reason);
    const outcome = suggestion ? `${suggestion.origin}, ${source}` : `nothing, ${reason}`;
    const trouble = failure ? `, ${failure.code}` : "";
    const split = splitOf({ ready: timings.readyMs, "first piece": timings.firstPieceMs });
    this.#log.debug(
      `${path} v${state.version}: ${split}, ${outcome}${isLate ? ", late" : ""}${trouble}`,
    );
    this.#changes.fire(undefined);
  }

  /**
   * A request has ended. Only the far end's answer clears what was wrong; one that was asked before what has been answered
   * since says nothing of how it is now.
   */
  requestEnded(ended: RequestReport): void {
    const { request, path, failure, timings, hasRemoteText, isModelSpared } = ended;
    if (isModelSpared) this.#sparedCount++;
    const isAnswered = !failure && (timings !== undefined || hasRemoteText);
    if (isAnswered) this.#lastAnswered = Math.max(this.#lastAnswered, request);
    if (isAnswered || (failure && request >= this.#lastAnswered)) this.#failure = failure;
    const split = splitOf({
      draft: timings?.draftMs,
      "model's first text": timings?.firstRemoteMs,
      gateway: timings?.totalMs,
    });
    this.#log.debug(`${path}: request ended, ${failure ? failure.code : split}`);
    this.#changes.fire(undefined);
  }

  /** Why the editor was given nothing although it asked. */
  refuse(reason: string): void {
    this.#count(reason);
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

  /** Reasons hold a failure's words at most, and there are few of them; still they are bounded. All pauses are one. */
  #count(reason: string): void {
    const counted = isPause(reason) ? anyPause : reason;
    const count = this.#reasons.get(counted);
    if (count !== undefined || this.#reasons.size < maxReasons)
      this.#reasons.set(counted, (count ?? 0) + 1);
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

/** Where the milliseconds went, for the log. */
function splitOf(parts: Readonly<Record<string, number | undefined>>): string {
  return Object.entries(parts)
    .flatMap(([name, ms]) => (ms === undefined ? [] : [`${name} ${ms.toFixed(1)} ms`]))
    .join(", ");
}

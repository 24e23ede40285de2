import type { Clock } from "../base/clock.ts";
import type { Disposable } from "../base/disposable.ts";
import type { Snapshot } from "../context/snapshot.ts";
import type { Match } from "./knownAnswers.ts";
import type { RunningRequest } from "./request.ts";

/** What may be in flight for a document at once, speculative requests included. */
const maxRequests = 3;
/**
 * How many may be asked about what is typed, the second while the first has not said a word: it may turn out not to
 * fit what was typed since. More than two cost requests and bring nothing (measured by replaying sessions).
 */
const maxUnanswered = 2;
/** An answer that has come so far is kept, so that its request need not run on for a person who comes back. */
const worthKeepingChars = 120;

/** What is in flight for one document is made of. */
export interface InFlightParts {
  readonly clock: Clock;
  /** How long a request that no longer fits runs on for a person who comes back, as after a typing error. */
  readonly lingerMs: () => number;
  /** Called in the turn in which a request is given up. */
  readonly onGivenUp: (request: RunningRequest) => void;
}

/** The requests of one document that run, the oldest first, and which of them still fit its text. */
export class InFlight implements Disposable {
  readonly #parts: InFlightParts;
  readonly #requests = new Set<RunningRequest>();
  #timer: Disposable | undefined;

  constructor(parts: InFlightParts) {
    this.#parts = parts;
  }

  get isEmpty(): boolean {
    return this.#requests.size === 0;
  }

  get hasRoom(): boolean {
    return this.#requests.size < maxRequests;
  }

  /** Whether a second request is worth its price: what was asked has not been answered, and has been typed past. */
  get mayAskBeside(): boolean {
    return this.hasRoom && this.#fitting().length < maxUnanswered;
  }

  /** A fitting request, the newest, that the model has not answered yet. */
  get unanswered(): RunningRequest | undefined {
    return this.#fitting().findLast(({ hasRemoteText }) => !hasRemoteText);
  }

  /** Whether an answer that may fit is on its way. */
  get isAwaited(): boolean {
    return this.#fitting().length > 0;
  }

  /** When the model began to answer a fitting request; undefined where it has not. */
  get firstRemoteAt(): number | undefined {
    return this.#fitting().find(({ hasRemoteText }) => hasRemoteText)?.firstRemoteAt;
  }

  add(request: RunningRequest): void {
    if (request.isOpen) this.#requests.add(request);
  }

  /** One has ended by itself. */
  ended(request: RunningRequest): void {
    this.#requests.delete(request);
  }

  /** Notes of which of them what the model says still fits the text, or may. Their drafts do not count. */
  sortOut(snapshot: Snapshot, matches: readonly Match[]): void {
    const now = this.#parts.clock.now();
    for (const request of this.#requests) {
      const { remote } = request;
      const isPassed = remote.mayReach(snapshot) || matches.some(({ answer }) => answer === remote);
      request.goneAt = isPassed ? undefined : (request.goneAt ?? now);
    }
  }

  /** Gives up what has not fitted for long enough. */
  giveUpGone(): void {
    this.#timer?.dispose();
    let nextMs = Number.POSITIVE_INFINITY;
    for (const request of [...this.#requests]) {
      const leftMs = this.#lingersFor(request);
      if (leftMs <= 0) this.giveUp(request);
      else nextMs = Math.min(nextMs, leftMs);
    }
    if (nextMs < Number.POSITIVE_INFINITY)
      this.#timer = this.#parts.clock.after(nextMs, () => {
        this.giveUpGone();
      });
  }

  /** Makes room for one more: the oldest that does not fit goes first, then the second oldest. */
  makeRoom(): void {
    while (this.#requests.size >= maxRequests) {
      const [oldest, second] = this.#requests; // the oldest will answer first
      const gone = [...this.#requests].find(({ goneAt }) => goneAt !== undefined);
      const victim = gone ?? second ?? oldest;
      if (victim) this.giveUp(victim);
    }
  }

  giveUp(request: RunningRequest): void {
    if (!this.#requests.delete(request)) return;
    this.#parts.onGivenUp(request);
    request.dispose();
  }

  giveUpAll(): void {
    this.#timer?.dispose();
    for (const request of [...this.#requests]) this.giveUp(request);
  }

  dispose(): void {
    this.giveUpAll();
  }

  /** Milliseconds that a request may still run on; without end while it fits. */
  #lingersFor({ goneAt, receivedChars }: RunningRequest): number {
    if (goneAt === undefined) return Number.POSITIVE_INFINITY;
    if (receivedChars >= worthKeepingChars) return 0;
    return goneAt + this.#parts.lingerMs() - this.#parts.clock.now();
  }

  #fitting(): RunningRequest[] {
    return [...this.#requests].filter(({ goneAt }) => goneAt === undefined);
  }
}

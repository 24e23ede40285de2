import { onAbort } from "../base/abort.ts";
import type { Snapshot } from "../context/snapshot.ts";
import { type AskResult, isSameText, type Suggestion } from "./suggestion.ts";

/** Why an ask was given up. Not a failure: it is counted under this name. */
export type CancelReason =
  | "typed on"
  | "the cursor left"
  | "dismissed"
  | "undone or redone"
  | "the editor let it go"
  | "nobody wanted it"
  | "paused or turned off"
  | "the far end is another one"
  | "the document was closed"
  | "another editor";

/** What an ask is made of. */
export interface AskParts {
  /** Tells it from all other asks and requests of the window. */
  readonly number: number;
  readonly snapshot: Snapshot;
  /** When the key was pressed, on the core's clock; timings count from here. */
  readonly startedAt: number;
  /** A person asked for it, not the editor by itself. */
  readonly isExplicit: boolean;
  /** Called when the last of its callers has left before there was a result. */
  readonly onLeft: () => void;
  /** Called with what a caller was given, each time. */
  readonly onTaken: (suggestion: Suggestion) => void;
  /** Called by `cancel`. */
  readonly onCancel: (reason: CancelReason) => void;
}

/** One question, for one state of a document, with its one result. Several callers may wait for it. */
export class Ask {
  readonly number: number;
  readonly snapshot: Snapshot;
  readonly startedAt: number;
  readonly isExplicit: boolean;
  readonly #parts: AskParts;
  readonly #result = Promise.withResolvers<AskResult>();
  #latest: AskResult | undefined;
  #taken: Suggestion | undefined;
  #waiters = 0;
  #isWanted = false;
  #isGivenUp = false;
  #isDoubted = false;

  constructor(parts: AskParts) {
    this.#parts = parts;
    this.number = parts.number;
    this.snapshot = parts.snapshot;
    this.startedAt = parts.startedAt;
    this.isExplicit = parts.isExplicit;
  }

  /** Its one result; it never rejects. */
  get result(): Promise<AskResult> {
    return this.#result.promise;
  }

  /** The result, or what has become of it since; undefined while there is none. */
  get latest(): AskResult | undefined {
    return this.#latest;
  }

  /** Whether it was given up before it had its result. */
  get isGivenUp(): boolean {
    return this.#isGivenUp;
  }

  /** Whether asking the same again needs a new ask: it was given up, something went wrong, or its nothing is doubted. */
  get isSpent(): boolean {
    return this.#isGivenUp || this.#isDoubted || this.#latest?.failure !== undefined;
  }

  /** Whether a caller has ever waited for it. */
  get isWanted(): boolean {
    return this.#isWanted;
  }

  /** Whether more has become known than the last caller was given. */
  get isOutdated(): boolean {
    return this.#taken !== undefined && !isSameText(this.#taken, this.#latest?.suggestion);
  }

  /** Whether a caller waits for it now. */
  get isAwaited(): boolean {
    return this.#waiters > 0;
  }

  /**
   * Waits for the result as one of its callers, and returns the best there is by then. What a caller will not show, as where
   * another item of the suggest list is selected, does not count as taken.
   */
  async wait(
    signal: AbortSignal,
    isShown: (suggestion: Suggestion) => boolean = () => true,
  ): Promise<AskResult> {
    this.#waiters++;
    this.#isWanted = true;
    const leave = onAbort(signal, () => {
      if (--this.#waiters === 0 && !this.#latest) this.#parts.onLeft();
    });
    try {
      const first = await this.result;
      const best = this.#latest ?? first;
      if (best.suggestion && !signal.aborted && isShown(best.suggestion)) {
        this.#taken = best.suggestion;
        this.#parts.onTaken(best.suggestion);
      }
      return best;
    } finally {
      leave.dispose();
      if (!signal.aborted) this.#waiters--;
    }
  }

  /** Gives it up, and with it what was requested for it. */
  cancel(reason: CancelReason): void {
    this.#parts.onCancel(reason);
  }

  /** Its result, the first time; later what is better than that. Only the core calls this. */
  settle(result: AskResult): void {
    this.#latest = result;
    this.#result.resolve(result);
  }

  /** Whether its result was nothing, which may be otherwise now. Only the core calls this, once. */
  doubtNothing(): boolean {
    if (this.isSpent || !this.#latest || this.#latest.suggestion) return false;
    this.#isDoubted = true;
    return true;
  }

  /** Ends it without an answer, if it has none. Only the core calls this. */
  giveUp(result: AskResult): void {
    if (this.#latest) return;
    this.#isGivenUp = true;
    this.settle(result);
  }
}

import { deadline, onAbort, type LinkedAbort } from "../base/abort.ts";
import { type Clock } from "../base/clock.ts";
import { type Disposable } from "../base/disposable.ts";
import { Failure } from "../base/failure.ts";
import { type AssembledAsk, assemble } from "../context/assemble.ts";
import { type Snapshot } from "../context/snapshot.ts";
import { type GatewayTimings, type Origin, type Piece } from "../wire/messages.ts";
import { enough, extentOf } from "./extent.ts";
import { type CompletionSource } from "./source.ts";
import { type AskResult, type Suggestion } from "./suggestion.ts";
import { tidy } from "./tidy/tidy.ts";

/** Why an ask was given up. Not a failure: it is counted under this name. */
export type CancelReason =
  | "typed on"
  | "the cursor left"
  | "the editor let it go"
  | "nobody wanted it"
  | "paused or turned off"
  | "the far end is another one"
  | "the document was closed"
  | "another editor";

/** How long an ask waits for the model while a draft is at hand, and for the rest of a streaming answer. */
export const patience = { draftMs: 400, streamMs: 1_000, wholeMs: 15_000 } as const;

/** What an ask is made of. */
export interface AskParts {
  readonly snapshot: Snapshot;
  readonly source: CompletionSource;
  readonly clock: Clock;
  /** How long the model is waited for while a draft is at hand. */
  readonly draftPatienceMs: () => number;
  /** When the key was pressed, on the same clock; timings count from here. */
  readonly startedAt: number;
  /** Called in the turn in which it is given up before it had its result. */
  readonly onGivenUp: () => void;
  /** Called once at most, with what the model said after the draft had been given out as the result. */
  readonly onLate: (result: AskResult) => void;
}

/** What an answer ended with, as far as it came. */
interface Ending {
  readonly failure?: Failure | undefined;
  readonly gateway?: GatewayTimings | undefined;
}

/**
 * One question to the far end, from its start to its one result. Several callers may wait for it; it is
 * given up when the last of them has gone, or by `cancel`.
 */
export class Ask implements Disposable {
  readonly snapshot: Snapshot;
  readonly #parts: AskParts;
  readonly #request: AssembledAsk;
  readonly #abort: LinkedAbort;
  readonly #result = Promise.withResolvers<AskResult>();
  readonly #texts: Record<Origin, string> = { draft: "", remote: "" };
  readonly #timers: Disposable[] = [];
  #waiters = 0;
  #isWanted = false;
  #isSettled = false;
  #isGivenUp = false;
  #isOver = false;
  #hasFailed = false;
  #late: AskResult | undefined;
  #firstPieceMs: number | undefined;

  constructor(parts: AskParts) {
    this.#parts = parts;
    this.snapshot = parts.snapshot;
    this.#request = assemble(parts.snapshot);
    const never = new AbortController().signal;
    this.#abort = deadline(never, parts.clock, patience.wholeMs, "the answer");
    const { signal } = this.#abort;
    // A source that does not heed the signal must not hold the result up.
    onAbort(signal, () => {
      this.#finish(Failure.from(signal.reason), undefined);
    });
    void this.#run();
  }

  /** Its one result; it never rejects. */
  get result(): Promise<AskResult> {
    return this.#result.promise;
  }

  /** Whether it was given up before it had its result. */
  get isGivenUp(): boolean {
    return this.#isGivenUp;
  }

  /** Whether asking the same again needs a new ask: it was given up, or something went wrong. */
  get isSpent(): boolean {
    return this.#isGivenUp || this.#hasFailed;
  }

  /** Whether a caller has ever waited for it. */
  get isWanted(): boolean {
    return this.#isWanted;
  }

  /** Waits for the result as one of its callers; the last one whose signal fires takes the ask with it. */
  async wait(signal: AbortSignal): Promise<AskResult> {
    this.#waiters++;
    this.#isWanted = true;
    const leave = onAbort(signal, () => {
      if (--this.#waiters === 0) this.cancel("the editor let it go");
    });
    try {
      const first = await this.result;
      return this.#late ?? first;
    } finally {
      leave.dispose();
    }
  }

  /** Gives it up: the cancel frame leaves in this turn. Nothing happens once the answer is whole. */
  cancel(reason: CancelReason): void {
    this.#isOver = true; // what still comes is nobody's
    if (!this.#isSettled) {
      this.#isGivenUp = true;
      this.#parts.onGivenUp();
      this.#settle(undefined, reason, {});
    }
    this.dispose();
  }

  dispose(): void {
    this.#abort.abort(new Failure("link-lost", "given up"));
    this.#abort.dispose();
    for (const timer of this.#timers.splice(0)) timer.dispose();
  }

  async #run(): Promise<void> {
    let failure: Failure | undefined;
    try {
      for await (const piece of this.#parts.source(this.#request, this.#abort.signal)) {
        if (!this.#isLast(piece)) continue;
        this.#finish(undefined, piece.kind === "end" ? piece.timings : undefined);
        break;
      }
    } catch (error) {
      failure = Failure.from(error);
    }
    this.#finish(failure, undefined);
  }

  /** Keeps a piece; true when no more of the answer is wanted. */
  #isLast(piece: Piece): boolean {
    if (piece.kind === "end" || this.#abort.signal.aborted) return true;
    const { origin, text } = piece;
    if (text === "") return false;
    this.#firstPieceMs ??= this.#elapsedMs();
    if (this.#texts[origin] === "") this.#limitPatience(origin);
    this.#texts[origin] += text;
    return origin === "remote" && enough(this.#texts.remote, extentOf(this.#request)) !== undefined;
  }

  /** A late model leaves the draft on screen; a slow one leaves what it has said so far. */
  #limitPatience(origin: Origin): void {
    const waitMs = origin === "draft" ? this.#parts.draftPatienceMs() : patience.streamMs;
    const useWhatIsThere = () => {
      const best = this.#best(undefined);
      if (best && (origin === "remote" || this.#texts.remote === "")) this.#settle(best, "", {});
    };
    this.#timers.push(this.#parts.clock.after(waitMs, useWhatIsThere));
  }

  /** The model's text goes before the draft, unless it broke off. */
  #best(failure: Failure | undefined): Suggestion | undefined {
    const origins = ["remote", "draft"] as const;
    for (const origin of failure ? origins.toReversed() : origins) {
      const text = this.#texts[origin];
      const tidied = tidy(enough(text, extentOf(this.#request)) ?? text, this.snapshot);
      if (tidied.kind === "filtered") continue;
      const { text: shown, replaceAfterChars } = tidied;
      return { text: shown, replaceAfterChars, origin };
    }
    return undefined;
  }

  #finish(failure: Failure | undefined, gateway: GatewayTimings | undefined): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const reason = failure ? failure.message || failure.code : "no suggestion";
    const best = this.#best(failure);
    if (!this.#isSettled) this.#settle(best, reason, { failure, gateway });
    else if (!this.#isGivenUp) {
      this.#late = this.#resultOf(best, reason, { failure, gateway });
      this.#parts.onLate(this.#late);
    }
    this.dispose();
  }

  #settle(suggestion: Suggestion | undefined, reason: string, ending: Ending): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#result.resolve(this.#resultOf(suggestion, reason, ending));
  }

  #resultOf(
    suggestion: Suggestion | undefined,
    reason: string,
    { failure, gateway }: Ending,
  ): AskResult {
    this.#hasFailed = failure !== undefined;
    const timings = { firstPieceMs: this.#firstPieceMs, readyMs: this.#elapsedMs(), gateway };
    return { suggestion, reason: suggestion ? "" : reason, failure, timings };
  }

  #elapsedMs(): number {
    return this.#parts.clock.now() - this.#parts.startedAt;
  }
}

import { linkAbort, type LinkedAbort } from "../../base/abort.ts";
import type { Clock } from "../../base/clock.ts";
import type { Disposable } from "../../base/disposable.ts";
import { unread, type UpstreamAnswer } from "./upstream.ts";
import type { UpstreamFailures } from "./upstreamFailures.ts";

/** How long a model may think about a chat's question without a word, or more: the time limits of completions are for code. */
export const thinkingMs = 120_000;

/** One answer, and whoever wants to hear of it. */
export interface TimedAnswer {
  readonly begin: (signal: AbortSignal) => UpstreamAnswer;
  /** The longest wait for the first text, and for each one after it. */
  readonly timeoutMs: number;
  /** Whether an empty text, which says that the model still works, is waited behind as long as a text is. */
  readonly mayThink?: boolean;
  /** Whether an answer that reached its limit without a text is a failure: what was written were thoughts. */
  readonly needsText?: boolean;
  /** Told of each empty text. */
  readonly onAlive?: (() => void) | undefined;
  /** The question is on its way. */
  readonly onAsked?: () => void;
  /** It has ended with a failure that was not the caller's signal. */
  readonly onFailed?: () => void;
}

/** Runs answers, ends those whose text takes too long, and all of them when it is disposed. */
export class TimedAnswers implements Disposable {
  readonly #failures: UpstreamFailures;
  readonly #clock: Clock;
  readonly #running = new Set<LinkedAbort>();
  #isDisposed = false;

  constructor(failures: UpstreamFailures, clock: Clock) {
    this.#failures = failures;
    this.#clock = clock;
  }

  /**
   * Passes on what is not empty. The reader's own time does not count, only the wait for the server, each time anew.
   * `begin` is called when the answer is first read.
   */
  async *run(
    { begin, timeoutMs, mayThink, needsText, onAlive, onAsked, onFailed }: TimedAnswer,
    signal: AbortSignal,
  ): UpstreamAnswer {
    signal.throwIfAborted();
    if (this.#isDisposed) throw this.#failures.closed();
    const linked = linkAbort(signal);
    this.#running.add(linked);
    const texts = begin(linked.signal);
    const silence = new Silence(this.#clock, timeoutMs, (what) => {
      linked.abort(this.#failures.tooSlow(what, timeoutMs));
    });
    silence.begin("text");
    let isOver = false;
    let hasText = false;
    try {
      let reading = texts.next();
      onAsked?.();
      for (;;) {
        const next = await reading;
        if (next.done === true) {
          isOver = true;
          signal.throwIfAborted();
          if (needsText === true && !hasText && next.value.stop === "limit")
            throw this.#failures.onlyThought();
          return next.value;
        }
        if (next.value !== "") {
          silence.end();
          hasText = true;
          yield next.value;
          linked.signal.throwIfAborted();
          silence.begin("more text");
        } else {
          onAlive?.();
          if (mayThink === true) silence.renew();
        }
        reading = texts.next();
      }
    } catch (thrown) {
      if (!signal.aborted) onFailed?.();
      throw thrown;
    } finally {
      silence.dispose();
      if (!isOver) {
        linked.abort(this.#failures.closed()); // where its reader stops reading
        await texts.return(unread).catch(() => undefined);
      }
      linked.dispose();
      this.#running.delete(linked);
    }
  }

  dispose(): void {
    this.#isDisposed = true;
    for (const linked of [...this.#running]) linked.abort(this.#failures.closed());
  }
}

/** Waits for a text, one after the other, with one timer for all of them: there may be thousands a second. */
class Silence implements Disposable {
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #onTooLong: (what: string) => void;
  #timer: Disposable | undefined;
  /** What is waited for. */
  #what: string | undefined;
  #since = 0;

  constructor(clock: Clock, timeoutMs: number, onTooLong: (what: string) => void) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
    this.#onTooLong = onTooLong;
  }

  begin(what: string): void {
    this.#what = what;
    this.#since = this.#clock.now();
    this.#timer ??= this.#clock.after(this.#timeoutMs, this.#look);
  }

  /** What is waited for may take as long again from now on. */
  renew(): void {
    this.#since = this.#clock.now();
  }

  end(): void {
    this.#what = undefined;
  }

  dispose(): void {
    this.end();
    this.#timer?.dispose();
  }

  readonly #look = (): void => {
    this.#timer = undefined;
    if (this.#what === undefined) return;
    const leftMs = this.#since + this.#timeoutMs - this.#clock.now();
    if (leftMs > 0) this.#timer = this.#clock.after(leftMs, this.#look);
    else this.#onTooLong(this.#what);
  };
}

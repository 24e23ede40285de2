import { linkAbort, type LinkedAbort } from "../../base/abort.ts";
import { type Clock } from "../../base/clock.ts";
import { type Disposable } from "../../base/disposable.ts";
import { unread, type UpstreamAnswer } from "./upstream.ts";
import { type UpstreamFailures } from "./upstreamFailures.ts";

/** One answer, and whoever wants to hear of it. */
export interface TimedAnswer {
  readonly begin: (signal: AbortSignal) => UpstreamAnswer;
  /** The longest wait for the first text, and for each one after it. */
  readonly timeoutMs: number;
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
    { begin, timeoutMs, onAsked, onFailed }: TimedAnswer,
    signal: AbortSignal,
  ): UpstreamAnswer {
    signal.throwIfAborted();
    if (this.#isDisposed) throw this.#failures.closed();
    const linked = linkAbort(signal);
    this.#running.add(linked);
    const texts = begin(linked.signal);
    let watch = this.#watch(linked, "text", timeoutMs);
    let isOver = false;
    try {
      let reading = texts.next();
      onAsked?.();
      for (;;) {
        const next = await reading;
        if (next.done === true) {
          isOver = true;
          signal.throwIfAborted();
          return next.value;
        }
        if (next.value !== "") {
          watch.dispose();
          yield next.value;
          linked.signal.throwIfAborted();
          watch = this.#watch(linked, "more text", timeoutMs);
        }
        reading = texts.next();
      }
    } catch (thrown) {
      if (!signal.aborted) onFailed?.();
      throw thrown;
    } finally {
      watch.dispose();
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

  #watch(linked: LinkedAbort, what: string, timeoutMs: number): Disposable {
    return this.#clock.after(timeoutMs, () => {
      linked.abort(this.#failures.tooSlow(what, timeoutMs));
    });
  }
}

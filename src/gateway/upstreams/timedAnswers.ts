import { linkAbort, type LinkedAbort } from "../../../base/abort.ts";
import { type Clock } from "../../../base/clock.ts";
import { type Disposable } from "../../../base/disposable.ts";
import { type UpstreamAnswer } from "../upstream.ts";
import { type UpstreamFailures } from "../upstreamFailures.ts";

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

  /** Passes on what is not empty. The reader's own time does not count, only the wait for the server, each time anew. */
  async *run(
    answer: (signal: AbortSignal) => UpstreamAnswer,
    timeoutMs: number,
    signal: AbortSignal,
  ): UpstreamAnswer {
    signal.throwIfAborted();
    if (this.#isDisposed) throw this.#failures.closed();
    const linked = linkAbort(signal);
    this.#running.add(linked);
    const texts = answer(linked.signal);
    let watch = this.#watch(linked, "text", timeoutMs);
    try {
      for (;;) {
        const next = await texts.next();
        if (next.done === true) {
          signal.throwIfAborted();
          return next.value;
        }
        if (next.value === "") continue;
        watch.dispose();
        yield next.value;
        linked.signal.throwIfAborted();
        watch = this.#watch(linked, "more text", timeoutMs);
      }
    } finally {
      watch.dispose();
      linked.abort(this.#failures.closed()); // where its reader stops reading
      linked.dispose();
      this.#running.delete(linked);
      await texts.return({ stop: "done", usage: undefined }).catch(() => undefined);
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

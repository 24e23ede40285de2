import { linkAbort, type LinkedAbort } from "../../base/abort.ts";
import { type Clock } from "../../base/clock.ts";
import { type Disposable } from "../../base/disposable.ts";
import { type CompletionRequest } from "../../wire/messages.ts";
import { type Dialect } from "./dialect.ts";
import { type HttpStream } from "./httpStream.ts";
import { type Upstream, type UpstreamAnswer } from "./upstream.ts";
import { type UpstreamFailures } from "./upstreamFailures.ts";

/** What a streaming upstream is made of; it owns the stream. */
export interface UpstreamParts {
  readonly name: string;
  readonly dialect: Dialect;
  readonly stream: HttpStream;
  readonly failures: UpstreamFailures;
  readonly firstTextTimeoutMs: number;
}

/** A model behind HTTP: asks in its dialect, passes its text on and ends answers that take too long. */
export class StreamingUpstream implements Upstream {
  readonly #parts: UpstreamParts;
  readonly #clock: Clock;
  readonly #running = new Set<LinkedAbort>();
  #isDisposed = false;

  constructor(parts: UpstreamParts, clock: Clock) {
    this.#parts = parts;
    this.#clock = clock;
  }

  get name(): string {
    return this.#parts.name;
  }

  async *complete(request: CompletionRequest, signal: AbortSignal): UpstreamAnswer {
    signal.throwIfAborted();
    if (this.#isDisposed) throw this.#parts.failures.closed();
    const linked = linkAbort(signal);
    this.#running.add(linked);
    const texts = this.#texts(request, linked.signal);
    let watch = this.#watch(linked, "text");
    try {
      for (;;) {
        const next = await texts.next();
        if (next.done === true) {
          signal.throwIfAborted();
          return next.value;
        }
        if (next.value === "") continue;
        // The reader's own time does not count, only the wait for the server.
        watch.dispose();
        yield next.value;
        linked.signal.throwIfAborted();
        watch = this.#watch(linked, "more text");
      }
    } finally {
      watch.dispose();
      linked.abort(this.#parts.failures.closed()); // where its reader stops reading
      linked.dispose();
      this.#running.delete(linked);
    }
  }

  dispose(): void {
    this.#isDisposed = true;
    for (const linked of [...this.#running]) linked.abort(this.#parts.failures.closed());
    this.#parts.stream.dispose();
  }

  #texts(request: CompletionRequest, signal: AbortSignal): UpstreamAnswer {
    const { dialect, stream } = this.#parts;
    const ask = {
      body: dialect.body(request),
      read: (payload: string) => dialect.read(payload),
      // More than any dialect sends of them.
      privateTexts: [request.before.slice(-8000), request.after.slice(0, 4000)],
    };
    return stream.texts(ask, signal);
  }

  #watch(linked: LinkedAbort, what: string): Disposable {
    const { failures, firstTextTimeoutMs } = this.#parts;
    return this.#clock.after(firstTextTimeoutMs, () => {
      linked.abort(failures.tooSlow(what, firstTextTimeoutMs));
    });
  }
}

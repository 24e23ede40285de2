import { onAbort } from "../../../base/abort.ts";
import type { ServerEvent } from "./events.ts";

/** What is read of a response: its events, or that nothing more of it can come. */
export type ExchangeEvent =
  | ServerEvent
  /** The socket was lost. */
  | { readonly kind: "lost" }
  /** The server says what this protocol does not have. */
  | { readonly kind: "garbled" };

/** One response on its way: what has come of it and was not read yet. It has one reader. */
export class Exchange {
  readonly #abandon: () => void;
  readonly #events: ExchangeEvent[] = [];
  #wake: () => void = () => undefined;
  #hasHeard = false;

  /** `abandon` is called when nobody reads the rest. */
  constructor(abandon: () => void) {
    this.#abandon = abandon;
  }

  /** Whether the server has said anything of it: it may not be sent again then. */
  get hasHeard(): boolean {
    return this.#hasHeard;
  }

  push(event: ExchangeEvent): void {
    if (event.kind !== "lost") this.#hasHeard = true;
    this.#events.push(event);
    this.#wake();
  }

  /** The next event; when the signal fires the rest is abandoned in the same turn, and its reason is thrown. */
  async next(signal: AbortSignal): Promise<ExchangeEvent> {
    for (;;) {
      signal.throwIfAborted();
      const event = this.#events.shift();
      if (event) return event;
      await this.#woken(signal);
    }
  }

  /** Nobody reads the rest. No matter once it has ended. */
  abandon(): void {
    this.#abandon();
  }

  async #woken(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#wake = () => {
      resolve(undefined);
    };
    const link = onAbort(signal, this.#wake);
    await promise;
    link.dispose();
  }
}

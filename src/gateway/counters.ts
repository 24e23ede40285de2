import type { StreamOutcome } from "../link/answer.ts";

/** What the gateway has done since it started; `/healthz` answers with it. */
export class Counters {
  #linksOpen = 0;
  #linksTotal = 0;
  readonly #streams: Record<StreamOutcome, number> = { end: 0, cancelled: 0, failed: 0 };

  linkOpened(): void {
    this.#linksOpen++;
    this.#linksTotal++;
  }

  linkClosed(): void {
    this.#linksOpen--;
  }

  streamEnded(outcome: StreamOutcome): void {
    this.#streams[outcome]++;
  }

  snapshot(): object {
    return {
      links: { open: this.#linksOpen, total: this.#linksTotal },
      streams: { ...this.#streams },
    };
  }
}

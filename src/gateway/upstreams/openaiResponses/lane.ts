import type { Clock } from "../../../base/clock.ts";
import type { Disposable } from "../../../base/disposable.ts";
import type { Work } from "../upstream.ts";
import type { ServerEvent } from "./events.ts";
import { Exchange, type ExchangeEvent } from "./exchange.ts";
import { createFrame, type ResponseFields, interruptFrame } from "./frames.ts";

/** What a lane needs of its connection. */
export interface LaneHost {
  readonly clock: Clock;
  /** Whether the server is asked to stop what is abandoned. */
  readonly interrupts: boolean;
  /** With what a request is for; an interrupt is for none. */
  send(text: string, work?: Work): void;
  /** What it carries is abandoned. */
  unread(): void;
  /** The lane can be used again. */
  freed(): void;
  /** So many tokens came for nobody. */
  drained(tokens: number): void;
  /** What was abandoned does not end. */
  drainsTooLong(): void;
}

/** How long an abandoned response may go on before its socket is left. */
export const drainLimitMs = 5_000;

/** A response that is running, or that is abandoned and comes to its end. */
interface Running {
  readonly exchange: Exchange;
  id: string | undefined;
  /** Of its texts, each about a token. */
  texts: number;
  drain: Disposable | undefined;
  isInterrupted: boolean;
}

/**
 * One of the few names under which a socket carries responses, one after the other. What is abandoned keeps it
 * until the server has said all of it: there is no way to stop that, but for an interrupt where servers know it.
 */
export class Lane {
  /** Undefined for the only lane of a socket that knows no names. */
  readonly name: string | undefined;
  readonly #host: LaneHost;
  #running: Running | undefined;

  constructor(name: string | undefined, host: LaneHost) {
    this.name = name;
    this.#host = host;
  }

  get isIdle(): boolean {
    return !this.#running;
  }

  /** Whether somebody reads what it carries. */
  get isRead(): boolean {
    return this.#running !== undefined && !this.#running.drain;
  }

  get isInterrupted(): boolean {
    return this.#running?.isInterrupted ?? false;
  }

  /** Sends a request. The lane must be idle. */
  start(fields: ResponseFields, work: Work): Exchange {
    const exchange = new Exchange(() => {
      if (this.#running?.exchange === exchange) this.#abandon(this.#running);
    });
    const [id, drain] = [undefined, undefined];
    this.#running = { exchange, id, texts: 0, drain, isInterrupted: false };
    this.#host.send(createFrame(this.name, fields), work);
    return exchange;
  }

  receive(event: ServerEvent): void {
    const running = this.#running;
    if (!running) return;
    if (running.drain) {
      this.#drain(running, event);
      return;
    }
    if (event.kind === "started") running.id = event.id;
    if (event.kind === "text") running.texts++;
    running.exchange.push(event);
    if (event.kind === "ended" || event.kind === "failed") this.#free(running);
  }

  /** Nothing more comes over its socket. */
  end(event: Extract<ExchangeEvent, { kind: "lost" | "garbled" }>): void {
    const running = this.#running;
    if (!running) return;
    this.#running = undefined;
    running.drain?.dispose();
    running.exchange.push(event);
  }

  #abandon(running: Running): void {
    if (running.drain) return;
    running.drain = this.#host.clock.after(drainLimitMs, () => {
      running.isInterrupted = false; // what fails from now on is not about that
      this.#host.drainsTooLong();
    });
    this.#interrupt(running);
    this.#host.unread();
  }

  /** Only what has an id can be interrupted. */
  #interrupt(running: Running): void {
    if (!this.#host.interrupts || running.isInterrupted || running.id === undefined) return;
    running.isInterrupted = true;
    this.#host.send(interruptFrame(running.id));
  }

  #drain(running: Running, event: ServerEvent): void {
    if (event.kind === "started") {
      running.id = event.id;
      this.#interrupt(running);
    }
    if (event.kind === "text") {
      running.texts++;
      this.#host.drained(1);
    }
    // After an interrupt an error is about that: the response goes on.
    if (event.kind === "ended" || (event.kind === "failed" && !running.isInterrupted)) {
      const counted = event.kind === "ended" ? (event.usage?.outputTokens ?? 0) : 0;
      this.#host.drained(Math.max(0, counted - running.texts));
      this.#free(running);
    }
  }

  #free(running: Running): void {
    running.drain?.dispose();
    this.#running = undefined;
    this.#host.freed();
  }
}

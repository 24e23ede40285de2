import type { Clock } from "../../../base/clock.ts";
import type { Disposable } from "../../../base/disposable.ts";
import { Emitter } from "../../../base/emitter.ts";
import type { Failure } from "../../../base/failure.ts";
import type { Logger } from "../../../base/log.ts";
import type { Asked, UpstreamFailures } from "../upstreamFailures.ts";
import { type Dialled, dialSocket, type ResponsesSocket, type SocketAddress } from "./socket.ts";

/** What comes of a dial. */
export type DialResult =
  | { readonly kind: "open"; readonly socket: ResponsesSocket }
  /** WebSockets do not work here: HTTP until `socketsAgainMs` is over. */
  | { readonly kind: "http" }
  /** It may work the next time. */
  | { readonly kind: "broken" }
  | ({ readonly kind: "failed" } & FailedDial);

/** Dialling at once would bring the same. */
interface FailedDial {
  readonly failure: Failure;
  /** Undefined where it takes a person to mend it. */
  readonly retryAfterMs: number | undefined;
}

/** What a dialer is made of. */
export interface DialerParts {
  readonly name: string;
  readonly address: SocketAddress;
  readonly failures: UpstreamFailures;
  readonly clock: Clock;
  readonly log: Logger;
}

const brokenBeforeHttp = 3;
const firstRetryMs = 500;
const longestRetryMs = 30_000;
/** Where a busy server does not say for how long. */
const busyMs = 5_000;
const longestBusyMs = 10 * 60_000;
/** How long a refused key is not tried again. */
const unauthorizedMs = 5_000;
/** After which time over HTTP a socket is tried again: it may have been an outage, or another network. */
export const overHttpMs = 5 * 60_000;

/**
 * Opens the sockets of one upstream and decides whether it is asked over sockets or over HTTP, which it is until a socket that is
 * tried now and then opens. What says nothing about WebSockets leaves that as it is: a wrong key, a busy server, a host out of reach.
 */
export class Dialer implements Disposable {
  readonly #parts: DialerParts;
  readonly #toHttp = new Emitter<undefined>();
  readonly #attempts = new Set<Disposable>();
  #brokenInRow = 0;
  #failedInRow = 0;
  #isHttpOnly = false;
  /** When a socket is tried again. */
  #httpUntil = 0;
  #held: (FailedDial & { readonly until: number }) | undefined;

  constructor(parts: DialerParts) {
    this.#parts = parts;
  }

  /** What failures of no single request speak of. */
  get asked(): Asked {
    return { url: this.#parts.address.url, privateTexts: [] };
  }

  /** Fires when HTTP takes the sockets' place. */
  readonly onHttp = this.#toHttp.on;

  get isHttpOnly(): boolean {
    return this.#isHttpOnly;
  }

  /** How long sockets are left alone. */
  get socketsAgainMs(): number {
    return Math.max(0, this.#httpUntil - this.#parts.clock.now());
  }

  /** Never rejects. */
  async dial(): Promise<DialResult> {
    if (this.#isHttpOnly && this.socketsAgainMs > 0) return { kind: "http" };
    const { clock, address } = this.#parts;
    const heldMs = (this.#held?.until ?? 0) - clock.now();
    if (this.#held && heldMs > 0) {
      const { failure, retryAfterMs } = this.#held;
      return { kind: "failed", failure, retryAfterMs: retryAfterMs && heldMs };
    }
    this.#held = undefined;
    const isTriedAgain = this.#isHttpOnly;
    let attempt: Disposable | undefined;
    const dialled = await dialSocket(address, clock, (made) => {
      attempt = made;
      this.#attempts.add(made);
    });
    const result = isTriedAgain ? await this.#triedAgain(dialled) : this.#resultOf(dialled);
    if (attempt) this.#attempts.delete(attempt);
    return result;
  }

  /** Told of each socket: the server has spoken on it. */
  heard(): void {
    this.#brokenInRow = 0;
    this.#failedInRow = 0;
  }

  /** Told of each socket that ended before the server had spoken on it: as good as one that never opened. */
  lostUnheard(): void {
    this.#broken();
  }

  /** How long to wait before the next dial that nobody waits for, from 75 to 100 % of what it may be. */
  retryMs(): number {
    const ceilingMs = Math.min(longestRetryMs, firstRetryMs * 2 ** this.#failedInRow);
    return Math.round(ceilingMs * (0.75 + Math.random() / 4));
  }

  /** Gives up what is being dialled. */
  dispose(): void {
    this.#toHttp.dispose();
    for (const attempt of [...this.#attempts]) attempt.dispose();
  }

  /** Sockets are gone back to once one has been answered on: some middleboxes let an upgrade through, and nothing behind it. */
  async #triedAgain(dialled: Dialled): Promise<DialResult> {
    const { name, log } = this.#parts;
    if (dialled.kind !== "open" || !(await dialled.socket.answersPing())) {
      log.debug(`${name} still takes no WebSocket`);
      return this.#stayHttp();
    }
    this.#isHttpOnly = false;
    this.#brokenInRow = 0;
    log.info(`${name} is asked over a WebSocket again`);
    return dialled;
  }

  #resultOf(dialled: Dialled): DialResult {
    if (this.#isHttpOnly) {
      // Since this dial began: what it came to was not looked at as closely as one that is tried again.
      if (dialled.kind === "open") dialled.socket.dispose();
      return { kind: "http" };
    }
    switch (dialled.kind) {
      case "open":
        return dialled;
      case "silent":
        return this.#http("does not answer an upgrade");
      case "broken":
        return this.#broken();
      case "unreachable": {
        const retryAfterMs = this.retryMs();
        this.#failedInRow++;
        return {
          kind: "failed",
          failure: this.#parts.failures.noAnswer(dialled.error, this.asked),
          retryAfterMs,
        };
      }
      case "refused":
        return this.#refused(dialled);
    }
  }

  #refused(answer: Extract<Dialled, { kind: "refused" }>): DialResult {
    const { status } = answer;
    if (status === 426 || status === 403) return this.#http(`refuses WebSockets (${status})`);
    if (status !== 401 && status !== 429) return this.#broken();
    const failure = this.#parts.failures.answered(answer, this.asked);
    if (status === 401) {
      return this.#hold({ failure, retryAfterMs: undefined }, unauthorizedMs);
    }
    // What a server says may be nothing, or a millisecond, each time.
    const askedMs = Math.max(this.retryMs(), answer.retryAfterMs ?? busyMs);
    const heldMs = Math.min(longestBusyMs, askedMs);
    this.#failedInRow++;
    return this.#hold({ failure, retryAfterMs: heldMs }, heldMs);
  }

  /** Gives this result for a while without asking the server. */
  #hold(failed: FailedDial, forMs: number): DialResult {
    this.#held = { ...failed, until: this.#parts.clock.now() + forMs };
    return { kind: "failed", ...failed };
  }

  #broken(): DialResult {
    this.#brokenInRow++;
    this.#failedInRow++;
    if (this.#brokenInRow < brokenBeforeHttp) return { kind: "broken" };
    return this.#http(`broke ${brokenBeforeHttp} WebSockets in a row`);
  }

  #http(why: string): DialResult {
    const result = this.#stayHttp();
    if (!this.#isHttpOnly) {
      this.#isHttpOnly = true;
      this.#parts.log.info(`${this.#parts.name} ${why}: it is asked over HTTP from now on`);
      this.#toHttp.fire(undefined);
    }
    return result;
  }

  #stayHttp(): DialResult {
    this.#httpUntil = this.#parts.clock.now() + overHttpMs;
    return { kind: "http" };
  }
}

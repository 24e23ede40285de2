import { type Clock } from "../base/clock.ts";
import { type Disposable } from "../base/disposable.ts";
import {
  busyPingIntervalMs,
  busyPongTimeoutMs,
  pingIntervalMs,
  pongTimeoutMs,
} from "../wire/limits.ts";

/**
 * A beat this late means that this process was blocked, or the machine asleep: what the other end has sent
 * may be waiting unread, so its silence proves nothing before a new ping.
 */
const sleptAfterMs = 2 * busyPingIntervalMs;

/** What the heartbeat needs of its link. */
export interface HeartbeatPort {
  ping(nonce: number): void;
  /** Whether a stream is open: then a dead link must be noticed sooner. */
  isBusy(): boolean;
  dead(): void;
}

/** Pings the other end, measures the round trip and notices a dead link. PROTOCOL.md section 6. */
export class Heartbeat implements Disposable {
  readonly #clock: Clock;
  readonly #port: HeartbeatPort;
  #timer: Disposable | undefined;
  #lastHeardAt: number;
  #lastPingAt: number;
  #lastBeatAt: number;
  #pingNonce = 0;
  #isAwaitingPong = false;
  #roundTripMs: number | undefined;

  constructor(clock: Clock, port: HeartbeatPort) {
    this.#clock = clock;
    this.#port = port;
    this.#lastHeardAt = clock.now();
    this.#lastPingAt = clock.now();
    this.#lastBeatAt = clock.now();
  }

  /** The last measured round trip; undefined before the first pong. */
  get roundTripMs(): number | undefined {
    return this.#roundTripMs;
  }

  /** Sends the first ping and starts the beat. */
  start(): void {
    this.#lastHeardAt = this.#clock.now();
    this.#lastBeatAt = this.#clock.now();
    this.#ping();
    this.#schedule();
  }

  /** Every frame received is a sign of life. */
  heard(): void {
    this.#lastHeardAt = this.#clock.now();
  }

  pong(nonce: number): void {
    if (!this.#isAwaitingPong || nonce !== this.#pingNonce) return;
    this.#isAwaitingPong = false;
    this.#roundTripMs = this.#clock.now() - this.#lastPingAt;
  }

  dispose(): void {
    this.#timer?.dispose();
  }

  #schedule(): void {
    this.#timer = this.#clock.after(busyPingIntervalMs, () => {
      this.#schedule();
      this.#beat();
    });
  }

  #beat(): void {
    const now = this.#clock.now();
    const isBusy = this.#port.isBusy();
    const hasSlept = now - this.#lastBeatAt >= sleptAfterMs;
    this.#lastBeatAt = now;
    if (hasSlept) {
      this.#ping();
      return;
    }
    if (this.#isAwaitingPong) {
      const silentSince = Math.max(this.#lastPingAt, this.#lastHeardAt);
      const timeoutMs = isBusy ? busyPongTimeoutMs : pongTimeoutMs;
      if (now - silentSince >= timeoutMs) this.#port.dead();
      return;
    }
    const isQuiet = isBusy && now - this.#lastHeardAt >= busyPingIntervalMs;
    if (isQuiet || now - this.#lastPingAt >= pingIntervalMs) this.#ping();
  }

  #ping(): void {
    this.#pingNonce = (this.#pingNonce + 1) % 0x1_0000_0000;
    this.#isAwaitingPong = true;
    this.#lastPingAt = this.#clock.now();
    this.#port.ping(this.#pingNonce);
  }
}

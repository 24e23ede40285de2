import type { Clock } from "../base/clock.ts";
import type { Disposable } from "../base/disposable.ts";
import {
  askedPingMs,
  busyPingIntervalMs,
  busyPongTimeoutMs,
  pingIntervalMs,
  pongTimeoutMs,
  slowestBytesPerMs,
  suspectAfterMs,
} from "../wire/limits.ts";

/**
 * A timer this late means that this process was held up: what the other end has sent may be waiting
 * unread, so its silence proves nothing before a new ping.
 */
const heldUpMs = 500;

/** A ping waits behind what was given before it. So much is through in the usual times; the rest takes its time on the slowest lines. */
const quickBytes = 16 * 1024;

/** What the heartbeat needs of its link. `dead` is called by a timer only, never inside `asked`. */
export interface HeartbeatPort {
  ping(nonce: number): void;
  /** How much was given to the link to be sent, from its begin on. */
  givenBytes(): number;
  /** Whether a stream is open: then a dead link must be noticed sooner. */
  isBusy(): boolean;
  /** Called when it turns: true while a ping stays unanswered for too long, false upon its pong. */
  suspected(isSuspect: boolean): void;
  dead(): void;
}

/** Pings the other end, measures the round trip and notices a dead link. PROTOCOL.md section 10. */
export class Heartbeat implements Disposable {
  readonly #clock: Clock;
  readonly #port: HeartbeatPort;
  #timer: Disposable | undefined;
  #isRunning = false;
  #dueAt = 0;
  #lastHeardAt = 0;
  #lastPingAt = 0;
  /** When the first request was sent into the silence. */
  #askedAt: number | undefined;
  #pingNonce = 0;
  #isAwaitingPong = false;
  /** What had been given when the last ping was, and how much of it is known to have arrived. */
  #pingedBytes = 0;
  #arrivedBytes = 0;
  #isSuspect = false;
  #roundTripMs: number | undefined;

  constructor(clock: Clock, port: HeartbeatPort) {
    this.#clock = clock;
    this.#port = port;
  }

  /** The last measured round trip; undefined before the first pong. */
  get roundTripMs(): number | undefined {
    return this.#roundTripMs;
  }

  /** Whether a ping is on its way, or its answer. */
  get isAwaitingPong(): boolean {
    return this.#isAwaitingPong;
  }

  /** Asks the other end to say when it has read what was sent before; nothing where it is asked already. */
  probe(): void {
    if (!this.#isAwaitingPong) this.#ping();
  }

  /** Sends the first ping and starts the beat. */
  start(): void {
    this.#isRunning = true;
    this.#lastHeardAt = this.#clock.now();
    this.#ping();
    this.#schedule();
  }

  /** Every frame received is a sign of life. */
  heard(): void {
    this.#lastHeardAt = this.#clock.now();
    this.#askedAt = undefined;
  }

  /**
   * A request was sent: unless the other end has just been heard, or is soon, a ping follows. Not at once: mostly the
   * answer comes first, and the key that asked waits for no ping.
   */
  asked(): void {
    if (!this.#isRunning) return;
    const now = this.#clock.now();
    const isQuiet = now - this.#lastHeardAt >= busyPingIntervalMs;
    if (isQuiet && !this.#isAwaitingPong) this.#askedAt ??= now;
    this.#schedule();
  }

  /** Something speaks against the link: it is pinged now and has as long to answer as a busy one. */
  suspect(): void {
    if (!this.#isRunning) return;
    this.#ping();
    this.#setSuspect(true);
    this.#schedule();
  }

  pong(nonce: number): void {
    if (!this.#isAwaitingPong || nonce !== this.#pingNonce) return;
    this.#isAwaitingPong = false;
    this.#arrivedBytes = Math.min(this.#pingedBytes, this.#port.givenBytes()); // compressed since
    this.#roundTripMs = this.#clock.now() - this.#lastPingAt;
    this.#setSuspect(false);
    this.#schedule();
  }

  dispose(): void {
    this.#isRunning = false;
    this.#timer?.dispose();
  }

  /** Looks again when the next thing may be due; it may turn out to be not yet. */
  #schedule(): void {
    this.#timer?.dispose();
    if (!this.#isRunning) return; // whoever heard of it ended the link
    const now = this.#clock.now();
    this.#dueAt = Math.max(now, this.#nextAt());
    this.#timer = this.#clock.after(this.#dueAt - now, () => {
      this.#look();
      this.#schedule();
    });
  }

  #nextAt(): number {
    const isUrgent = this.#isUrgent();
    if (!this.#isAwaitingPong) {
      if (this.#askedAt !== undefined) return this.#askedAt + askedPingMs;
      return isUrgent ? this.#lastHeardAt + busyPingIntervalMs : this.#lastPingAt + pingIntervalMs;
    }
    const silentSince = this.#silentSince();
    // An idle link may get a stream at any time; `asked` then sets the timer anew.
    if (!isUrgent) return silentSince + pongTimeoutMs;
    return silentSince + (this.#isSuspect ? busyPongTimeoutMs : suspectAfterMs);
  }

  #look(): void {
    const now = this.#clock.now();
    if (now - this.#dueAt >= heldUpMs) {
      this.#ping();
      return;
    }
    if (now < this.#nextAt()) return; // something was heard, or the last stream has ended
    if (!this.#isAwaitingPong) this.#ping();
    else if (now - this.#silentSince() >= this.#timeoutMs()) this.#port.dead();
    else this.#setSuspect(true);
  }

  #isUrgent(): boolean {
    return this.#isSuspect || this.#port.isBusy();
  }

  #timeoutMs(): number {
    return this.#isUrgent() ? busyPongTimeoutMs : pongTimeoutMs;
  }

  #silentSince(): number {
    return Math.max(this.#lastPingAt + this.#uploadMs(), this.#lastHeardAt);
  }

  /** How long what is before the last ping may be on its way: so long the other end cannot answer it. */
  #uploadMs(): number {
    const bulkBytes = this.#pingedBytes - this.#arrivedBytes - quickBytes;
    return Math.max(0, Math.ceil(bulkBytes / slowestBytesPerMs));
  }

  #setSuspect(isSuspect: boolean): void {
    if (this.#isSuspect === isSuspect) return;
    this.#isSuspect = isSuspect;
    this.#port.suspected(isSuspect);
  }

  #ping(): void {
    this.#pingNonce = (this.#pingNonce + 1) % 0x1_0000_0000;
    this.#isAwaitingPong = true;
    this.#askedAt = undefined;
    this.#lastPingAt = this.#clock.now();
    this.#pingedBytes = this.#port.givenBytes();
    this.#port.ping(this.#pingNonce);
  }
}

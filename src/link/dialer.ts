import { deadline, linkAbort } from "../base/abort.ts";
import type { Clock } from "../base/clock.ts";
import type { Disposable } from "../base/disposable.ts";
import { Failure } from "../base/failure.ts";
import type { Logger } from "../base/log.ts";
import type { FrameSocket } from "./frameSocket.ts";
import { dialEagerly, type Open } from "./eagerDial.ts";
import { dialHttp } from "./httpSocket.ts";
import { dialWebSocket } from "./wsSocket.ts";

/** How long a way that is connected may say nothing before the other one starts beside it. */
const silenceMs = 1_000;
/** When the WebSocket is tried again behind a link over plain HTTP: later after each failure. */
const firstProbeMs = 15_000;
const longestProbeMs = 600_000;
const probeTimeoutMs = 5_000;

/** The hosts whose WebSockets are blocked where this machine is; a `Set` is one that forgets at its end. */
export interface BlockedHosts {
  has(host: string): boolean;
  add(host: string): void;
  delete(host: string): void;
}

/** What a dialer is made of. */
export interface DialerParts {
  readonly clock: Clock;
  readonly blockedHosts: BlockedHosts;
  readonly log: Logger;
  /** The WebSocket works again: the next dial takes it. Called at most once for each socket that is used. */
  readonly onWebSocketBack: () => void;
}

interface Way {
  readonly isWebSocket: boolean;
  readonly open: Open;
}

/**
 * Dials a gateway by WebSocket, and by plain HTTP where WebSockets are blocked (PROTOCOL.md section 13). It
 * knows which hosts those are and tries their WebSocket again from time to time. Owned by whoever owns the
 * link; `dispose` ends the trying.
 */
export class Dialer implements Disposable {
  readonly #parts: DialerParts;
  #probing = new AbortController();
  #probeTimer: Disposable | undefined;
  /** What is to be tried again behind the socket that was opened last: its WebSocket, where plain HTTP took its place. */
  #blocked: Blocked | undefined;

  constructor(parts: DialerParts) {
    this.#parts = parts;
  }

  /** Opens one socket. Throws as `dialWebSocket` does; with both ways closed, what the first one met. */
  async dial(address: string, token: string, signal: AbortSignal): Promise<FrameSocket> {
    const host = hostOf(address);
    this.#blocked = undefined;
    if (host === undefined) return dialWebSocket(address, token, signal);
    const { blockedHosts, clock, log } = this.#parts;
    const ways: readonly [Way, Way] = [
      { isWebSocket: true, open: (...how) => dialWebSocket(address, token, ...how) },
      { isWebSocket: false, open: (...how) => dialHttp(address, token, ...how) },
    ];
    const wasBlocked = blockedHosts.has(host);
    const order = wasBlocked ? ([ways[1], ways[0]] as const) : ways;
    const { socket, way } = await new Race(order, signal, clock).winner;
    this.#blocked = way.isWebSocket ? undefined : { way: ways[0], host };
    if (way.isWebSocket) blockedHosts.delete(host);
    else {
      blockedHosts.add(host);
      if (!wasBlocked) log.info("no WebSocket gets through: plain HTTP is used");
    }
    return socket;
  }

  /**
   * The socket that was opened last is in use, and none before. One that is not used, as of a spare, leaves all as it is behind the
   * link that it was opened beside.
   */
  settle(): void {
    this.dispose();
    if (this.#blocked) this.#probeLater(firstProbeMs, this.#blocked);
  }

  dispose(): void {
    this.#probing.abort(new Failure("link-lost", "no longer tried"));
    this.#probeTimer?.dispose();
  }

  #probeLater(delayMs: number, blocked: Blocked): void {
    const probing = (this.#probing = new AbortController());
    const probe = async () => {
      const { blockedHosts, clock, log, onWebSocketBack } = this.#parts;
      const limit = deadline(probing.signal, clock, probeTimeoutMs, "trying the WebSocket");
      try {
        (await blocked.way.open(limit.signal, () => undefined)).terminate();
        if (probing.signal.aborted) return;
        blockedHosts.delete(blocked.host);
        log.info("a WebSocket gets through again");
        onWebSocketBack();
      } catch {
        if (probing.signal.aborted) return;
        this.#probeLater(Math.min(delayMs * 2, longestProbeMs), blocked);
        log.debug("still no WebSocket gets through");
      } finally {
        limit.dispose();
      }
    };
    this.#probeTimer = this.#parts.clock.after(delayMs, () => void probe());
  }
}

/** A way that is closed, and where. */
interface Blocked {
  readonly way: Way;
  readonly host: string;
}

interface Opened {
  readonly socket: FrameSocket;
  readonly way: Way;
}

/** Two ways to one gateway: the second starts when the first is barred or silent; one socket comes of it. */
class Race {
  readonly #ways: readonly [Way, Way];
  readonly #result = Promise.withResolvers<Opened>();
  readonly #abort: ReturnType<typeof linkAbort>;
  readonly #clock: Clock;
  #silence: Disposable | undefined;
  readonly #failures = new Map<Way, Failure>();
  #isSecondStarted = false;
  #isOver = false;

  constructor(ways: readonly [Way, Way], signal: AbortSignal, clock: Clock) {
    this.#ways = ways;
    this.#abort = linkAbort(signal);
    this.#clock = clock;
    void this.#run(ways[0]);
  }

  /** The socket that opened first. Throws the first way's failure, or whichever says `unauthorized`. */
  get winner(): Promise<Opened> {
    return this.#result.promise;
  }

  /** Only from here on does silence say something about the way: before, the line itself may be down. */
  #connected(way: Way): void {
    if (way !== this.#ways[0] || this.#isOver) return;
    this.#silence = this.#clock.after(silenceMs, () => {
      this.#startSecond();
    });
  }

  #startSecond(): void {
    if (this.#isSecondStarted || this.#isOver) return;
    this.#isSecondStarted = true;
    void this.#run(this.#ways[1]);
  }

  async #run(way: Way): Promise<void> {
    try {
      const connected = () => {
        this.#connected(way);
      };
      const socket = await dialEagerly(way.open, this.#clock, this.#abort.signal, connected);
      if (this.#isOver) socket.terminate();
      else {
        this.#over();
        this.#result.resolve({ socket, way });
      }
    } catch (error) {
      if (this.#isOver) return;
      if (this.#abort.signal.aborted) this.#giveUp(error);
      else this.#failed(way, Failure.from(error, "gateway-unreachable"));
    }
  }

  #failed(way: Way, failure: Failure): void {
    this.#failures.set(way, failure);
    const [first] = this.#ways;
    if (way === first && isBarred(failure)) this.#startSecond();
    const isOpen = this.#isSecondStarted && this.#failures.size < 2;
    if (isOpen && failure.code !== "unauthorized") return;
    const told = failure.code === "unauthorized" ? failure : this.#failures.get(first);
    this.#giveUp(told ?? failure);
  }

  #giveUp(reason: unknown): void {
    this.#over();
    this.#result.reject(reason);
  }

  #over(): void {
    this.#isOver = true;
    this.#silence?.dispose();
    this.#abort.abort(new Failure("link-lost", "another way was quicker"));
    this.#abort.dispose();
  }
}

/** Whether something on the way may have refused this way alone: an answer no gateway gives, or a reset. */
function isBarred(failure: Failure): boolean {
  const { cause } = failure;
  const isReset = cause instanceof Error && "code" in cause && cause.code === "ECONNRESET";
  return failure.code === "handshake-refused" || isReset;
}

/** The host and port of an address that may have a middlebox before it; none for a socket in the file system. */
function hostOf(address: string): string | undefined {
  if (!/^(ws|http)s?:\/\//.test(address)) return undefined;
  return URL.canParse(address) ? new URL(address).host : undefined;
}

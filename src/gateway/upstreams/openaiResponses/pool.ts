import { onAbort } from "../../../base/abort.ts";
import type { Clock } from "../../../base/clock.ts";
import { type Disposable, DisposableStore } from "../../../base/disposable.ts";
import type { Work } from "../upstream.ts";
import type { UpstreamFailures } from "../upstreamFailures.ts";
import { Connection, type LaneNames } from "./connection.ts";
import type { Dialer } from "./dialer.ts";
import type { ResponsesSocket } from "./socket.ts";
import { type LaneWish, WaitingLine } from "./waitingLine.ts";

/** What a pool is made of; the dialer is shared and not its own. */
export interface PoolParts {
  readonly dialer: Dialer;
  readonly failures: UpstreamFailures;
  readonly clock: Clock;
  readonly lanes: LaneNames;
  readonly interrupts: boolean;
  readonly maxConnections: number;
  /** Whether a socket is open all the time, from the start. */
  readonly staysOpen: boolean;
  readonly onDrained: (tokens: number) => void;
  readonly onSent: (text: string, work: Work) => void;
}

/** How long a socket beyond the first may be idle. */
export const spareIdleMs = 60_000;

/** The sockets for one kind of work: opened when needed, replaced when old, and the line in front of them. */
export class Pool implements Disposable {
  readonly #parts: PoolParts;
  readonly #line: WaitingLine;
  readonly #everything = new DisposableStore();
  readonly #connections = new Set<Connection>();
  readonly #spares = new Map<Connection, Disposable>();
  #retry: Disposable | undefined;
  #isDialling = false;
  #isDisposed = false;

  constructor(parts: PoolParts) {
    this.#parts = parts;
    this.#line = new WaitingLine(parts.failures, parts.dialer.asked);
    const { dialer } = parts;
    this.#everything.add(
      dialer.onHttp(() => {
        this.#leaveSockets();
      }),
    );
    if (parts.staysOpen) void this.#dial();
  }

  /** Whether requests go over HTTP. */
  get isHttpOnly(): boolean {
    return this.#parts.dialer.isHttpOnly;
  }

  /**
   * Starts a request on a lane, when there is one; undefined when it has to go over HTTP. Throws the signal's reason when it
   * fires first, `upstream-busy` when too many wait, or why the server cannot be reached.
   */
  async start<T>(wish: LaneWish<T>, signal: AbortSignal): Promise<T | undefined> {
    signal.throwIfAborted();
    if (this.#isDisposed) throw this.#parts.failures.closed();
    if (this.isHttpOnly) return undefined;
    const started = wish.take(this.#open());
    if (started !== undefined) return started;
    const waiting = this.#line.add(wish);
    const link = onAbort(signal, () => {
      waiting.fail(signal.reason);
    });
    this.#grow();
    try {
      return await waiting.promise;
    } finally {
      link.dispose();
    }
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#retry?.dispose();
    this.#everything.dispose();
    this.#line.failAll(this.#parts.failures.closed());
    for (const connection of [...this.#connections]) connection.dispose();
  }

  #open(): readonly Connection[] {
    return [...this.#connections].filter((connection) => connection.isOpen);
  }

  /** Opens a socket where somebody waits for one, within the limit. */
  #grow(): void {
    const open = this.#open().length;
    const isNeeded = open === 0 ? this.#line.length > 0 : this.#line.pressing > 0;
    if (isNeeded && open < this.#parts.maxConnections) void this.#dial();
  }

  async #dial(): Promise<void> {
    if (this.#isDialling) return;
    this.#isDialling = true;
    this.#retry?.dispose();
    const result = await this.#parts.dialer.dial();
    this.#isDialling = false;
    if (this.#isDisposed) {
      if (result.kind === "open") result.socket.dispose();
      return;
    }
    switch (result.kind) {
      case "open":
        this.#adopt(result.socket);
        break;
      case "http":
        this.#leaveSockets();
        break;
      case "broken":
        this.#dialAgain();
        break;
      case "failed":
        if (this.#open().length === 0) this.#line.failAll(result.failure);
        this.#dialLater(result.retryAfterMs);
        break;
    }
  }

  /** At once for who waits: three broken ones in a row are the last. */
  #dialAgain(): void {
    if (this.#line.length > 0 && this.#open().length === 0) void this.#dial();
    else this.#dialLater(this.#parts.dialer.retryMs());
  }

  #dialLater(afterMs: number | undefined): void {
    this.#retry?.dispose();
    if (afterMs === undefined || !this.#isWanted()) return;
    this.#retry = this.#parts.clock.after(afterMs, () => {
      if (this.#isWanted()) void this.#dial();
    });
  }

  /** Whether a socket is wanted that nobody waits for. */
  #isWanted(): boolean {
    return this.#parts.staysOpen && !this.#open().some((connection) => !connection.isOld);
  }

  #adopt(socket: ResponsesSocket): void {
    const { dialer, lanes, interrupts, clock, onDrained, onSent } = this.#parts;
    const connection: Connection = new Connection({
      ...{ socket, lanes, interrupts, clock, onDrained, onSent },
      onHeard: () => {
        dialer.heard();
      },
      onFreed: () => {
        this.#serve();
      },
      onOld: () => {
        this.#old(connection);
      },
      onClosed: () => {
        this.#closed(connection);
      },
    });
    for (const older of this.#open()) if (older.isOld) older.retire();
    this.#connections.add(connection);
    this.#serve();
  }

  /** Its successor is opened first; a socket that is there only when needed goes without one. */
  #old(connection: Connection): void {
    if (this.#parts.staysOpen) void this.#dial();
    else connection.retire();
  }

  #closed(connection: Connection): void {
    this.#connections.delete(connection);
    this.#spares.get(connection)?.dispose();
    this.#spares.delete(connection);
    if (this.#isDisposed) return;
    if (!connection.hasHeard) this.#parts.dialer.lostUnheard();
    if (this.isHttpOnly) return;
    this.#serve();
    if (!this.#isWanted() || this.#isDialling) return;
    if (connection.hasHeard) void this.#dial();
    else this.#dialAgain();
  }

  #serve(): void {
    this.#line.serve(this.#open());
    this.#grow();
    this.#watchSpares();
  }

  /** What was opened for a rush is closed when it has been idle for a while. */
  #watchSpares(): void {
    const open = this.#open();
    for (const connection of open) {
      const isSpare = open.length > 1 && connection.isIdle;
      const timer = this.#spares.get(connection);
      if (isSpare && !timer) {
        const after = this.#parts.clock.after(spareIdleMs, () => {
          this.#spares.delete(connection);
          if (this.#open().length > 1 && connection.isIdle) connection.retire();
        });
        this.#spares.set(connection, after);
      } else if (!isSpare && timer) {
        timer.dispose();
        this.#spares.delete(connection);
      }
    }
  }

  /** HTTP takes their place: what runs ends where it runs, and one is tried again after a while. */
  #leaveSockets(): void {
    const { clock, dialer, staysOpen } = this.#parts;
    this.#retry?.dispose();
    this.#line.releaseAll();
    for (const connection of this.#open()) connection.retire();
    if (!staysOpen) return;
    this.#retry = clock.after(dialer.socketsAgainMs, () => {
      void this.#dial();
    });
  }
}

import type { Socket } from "node:net";
import type { Clock } from "../../base/clock.ts";
import type { Disposable } from "../../base/disposable.ts";

/** A connection that was not used for so long is closed. */
export const idleMs = 60_000;
/** No server closes one that has waited for its first request for less. */
const youngMs = 1_000;

/** A connection of HTTP/1.1 that was made ahead of the request that will use it. The owner disposes it. */
export class SpareConnection implements Disposable {
  readonly #clock: Clock;
  #socket: Socket | undefined;
  #keptAt = 0;
  readonly #old = new WeakSet<Socket>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether it can be taken, as far as is known. */
  get isThere(): boolean {
    return this.#socket?.destroyed === false;
  }

  /** Keeps one, which may still be connecting, until it is taken, broken or idle for too long. */
  keep(socket: Socket): void {
    this.#socket = socket;
    this.#keptAt = this.#clock.now();
    socket.setTimeout(idleMs, () => {
      if (this.#socket === socket) socket.destroy();
    });
    socket.on("error", () => undefined); // whoever takes it hears of it too
  }

  /** Gives it away: whoever takes it owns it. */
  take(): Socket | undefined {
    const socket = this.#socket;
    this.#socket = undefined;
    if (!socket || socket.destroyed) return undefined;
    if (socket.readableLength > 0 || socket.readableEnded) {
      socket.destroy(); // what a server says without being asked is no answer
      return undefined;
    }
    if (this.#clock.now() - this.#keptAt >= youngMs) this.#old.add(socket);
    return socket;
  }

  /** Whether a socket was the spare one for so long that the server may have closed it before its first request. */
  wasLong(socket: Socket | null): boolean {
    return socket !== null && this.#old.has(socket);
  }

  dispose(): void {
    this.#socket?.destroy();
  }
}

import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/**
 * Passes TCP connections on to a port of this machine as a line with a long way would: each byte takes half a round
 * trip, and nothing passes before the round trip that opening a connection takes. Counts connections and bytes.
 */
export class DelayingRelay {
  connections = 0;
  /** As TCP carries them, without its own headers. */
  bytesUp = 0;
  bytesDown = 0;
  readonly #target: number;
  readonly #roundTripMs: number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(target: number, roundTripMs: number) {
    this.#target = target;
    this.#roundTripMs = roundTripMs;
    this.#server = createServer({ noDelay: true }, (near) => {
      this.#accept(near);
    });
  }

  /** Starts to listen; returns the port. */
  async listen(): Promise<number> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return (this.#server.address() as AddressInfo).port;
  }

  dispose(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #accept(near: Socket): void {
    this.connections++;
    const far = connect({ port: this.#target, host: "127.0.0.1", noDelay: true });
    const openAt = performance.now() + this.#roundTripMs; // the client has sent SYN, and waits for its answer
    this.#pass(near, far, openAt, (bytes) => (this.bytesUp += bytes));
    this.#pass(far, near, openAt, (bytes) => (this.bytesDown += bytes));
  }

  #pass(from: Socket, to: Socket, openAt: number, count: (bytes: number) => void): void {
    this.#sockets.add(from);
    const queue: { readonly at: number; readonly action: () => void }[] = [];
    let isWaiting = false;
    const run = () => {
      isWaiting = false;
      const now = performance.now();
      while (queue[0] && queue[0].at <= now) queue.shift()?.action();
      wait();
    };
    const wait = () => {
      const [next] = queue;
      if (!next || isWaiting) return;
      isWaiting = true;
      setTimeout(run, Math.max(0, next.at - performance.now()));
    };
    const later = (action: () => void) => {
      // What was said before the connection stood leaves when it does.
      const leavesAt = Math.max(performance.now(), openAt);
      queue.push({ at: leavesAt + this.#roundTripMs / 2, action });
      wait();
    };
    from.on("error", () => undefined);
    from.on("data", (bytes) => {
      count(bytes.length);
      later(() => to.write(bytes));
    });
    from.once("end", () => {
      later(() => to.end());
    });
    from.once("close", () => {
      this.#sockets.delete(from);
      later(() => to.destroy());
    });
  }
}

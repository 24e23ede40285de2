/** A TCP relay whose way towards the gateway is narrow. */
import { connect, createServer, type AddressInfo, type Socket } from "node:net";

const tickMs = 10;

/** Relays to a port on loopback; at most `bytesPerSecond` go there, as many as come go back. */
export class NarrowRelay {
  readonly #server;
  readonly #sockets = new Set<Socket>();

  constructor(port: number, bytesPerSecond: number) {
    this.#server = createServer({ noDelay: true }, (near) => {
      const far = connect({ port, host: "127.0.0.1", noDelay: true });
      this.#keep(near, far);
      far.pipe(near);
      this.#trickle(near, far, (bytesPerSecond * tickMs) / 1000);
    });
  }

  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return (this.#server.address() as AddressInfo).port;
  }

  dispose(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #keep(...pair: readonly Socket[]): void {
    for (const socket of pair) {
      this.#sockets.add(socket);
      socket.on("error", () => undefined); // the other one is told by "close"
      socket.once("close", () => {
        for (const each of pair) each.destroy();
        this.#sockets.delete(socket);
      });
    }
  }

  /** Reads no more than it may pass on, so that what waits stays with the sender and its operating system. */
  #trickle(near: Socket, far: Socket, tickBytes: number): void {
    let room = 0;
    const timer = setInterval(() => {
      room = Math.min(room + tickBytes, 4 * tickBytes);
      const count = Math.min(Math.floor(room), near.readableLength);
      const bytes = count > 0 ? (near.read(count) as Buffer | null) : null;
      if (!bytes) return;
      room -= bytes.length;
      far.write(bytes);
    }, tickMs);
    near.on("readable", () => undefined); // keeps it filling its own small buffer
    near.once("close", () => {
      clearInterval(timer);
    });
  }
}

import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** Passes TCP connections on to a port of this machine, until it is told to let them go dead without a word. */
export class TcpRelay {
  readonly #target: number;
  readonly #server: Server;
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  #isDeaf = false;

  constructor(target: number) {
    this.#target = target;
    this.#server = createServer({ pauseOnConnect: true }, (near) => {
      this.#accept(near);
    });
  }

  /** Starts to listen; returns the port. */
  async listen(): Promise<number> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return (this.#server.address() as AddressInfo).port;
  }

  /** From now on nothing passes on the connections there are; none is closed, as behind a lost network. */
  goSilent(): void {
    for (const [near, far] of this.#pairs) {
      near.unpipe(far).pause();
      far.unpipe(near).pause();
    }
  }

  /** Takes new connections on and never answers them. */
  goDeaf(): void {
    this.#isDeaf = true;
  }

  /** Breaks the connections there are; new ones are passed on. */
  cut(): void {
    for (const [near, far] of this.#pairs) {
      near.destroy();
      far.destroy();
    }
  }

  dispose(): void {
    this.#server.close();
    this.cut();
  }

  #accept(near: Socket): void {
    const far = connect(this.#target, "127.0.0.1");
    const pair = [near, far] as const;
    this.#pairs.add(pair);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      one.on("error", () => undefined);
      one.once("close", () => {
        this.#pairs.delete(pair);
        other.destroy();
      });
    }
    if (this.#isDeaf) return;
    near.pipe(far);
    far.pipe(near);
  }
}

import { Failure, type FailureCode } from "../../src/base/failure.ts";
import type { FrameSocket } from "../../src/link/frameSocket.ts";
import { type GatewayPeer, gatewayPeer, welcome } from "./framePeer.ts";
import { MemorySocketPair } from "./memorySocketPair.ts";

/** One attempt to open a socket, which the test lets succeed or fail. */
export class Dial {
  readonly signal: AbortSignal;
  readonly #socket = Promise.withResolvers<FrameSocket>();
  #gateway: GatewayPeer | undefined;
  #isSettled = false;

  constructor(signal: AbortSignal) {
    this.signal = signal;
  }

  get socket(): Promise<FrameSocket> {
    return this.#socket.promise;
  }

  get isSettled(): boolean {
    return this.#isSettled;
  }

  /** Whether the client holds a socket of this dial that it has not closed. */
  get isOpen(): boolean {
    return this.#gateway !== undefined && this.#gateway.closed === undefined;
  }

  /** The gateway's end, once there is a connection. */
  get gateway(): GatewayPeer {
    if (!this.#gateway) throw new Error("this dial has no connection");
    return this.#gateway;
  }

  /** Opens the connection; the gateway at its other end says only what the test says. */
  connect(): GatewayPeer {
    const pair = new MemorySocketPair();
    this.#gateway = gatewayPeer(pair.server);
    this.#isSettled = true;
    this.#socket.resolve(pair.client);
    return this.#gateway;
  }

  /** Opens a socket of the test's own. */
  open(socket: FrameSocket): void {
    this.#isSettled = true;
    this.#socket.resolve(socket);
  }

  /** Opens the connection and lets the gateway answer the handshake. */
  greet(): void {
    (this.#gateway ?? this.connect()).say(welcome);
  }

  fail(code: FailureCode, retryAfterMs?: number): void {
    this.#isSettled = true;
    this.#socket.reject(new Failure(code, `the dial failed: ${code}`, undefined, retryAfterMs));
  }
}

/** Opens sockets when the test says so. It does not heed the signal: a link must not rely on that. */
export class HandDialer {
  readonly dials: Dial[] = [];

  readonly dial = (signal: AbortSignal): Promise<FrameSocket> => {
    const dial = new Dial(signal);
    this.dials.push(dial);
    return dial.socket;
  };

  get last(): Dial {
    const dial = this.dials.at(-1);
    if (!dial) throw new Error("nothing was dialled");
    return dial;
  }

  get openCount(): number {
    return this.dials.filter(({ isOpen }) => isOpen).length;
  }
}

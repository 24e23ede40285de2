import type { FrameSocket } from "../../src/link/frameSocket.ts";
import type { CloseCode } from "../../src/wire/closeCodes.ts";
import { Changes } from "./changes.ts";

/** How a connection ended, as one end was told. */
export interface Closed {
  readonly code: number;
  readonly reason: string;
}

/** An end of a connection that knows nothing but frames. */
export class RawPeer {
  readonly frames: Uint8Array[] = [];
  /** How many frames were said here. */
  saidCount = 0;
  readonly #socket: FrameSocket;
  readonly #changes = new Changes();
  #closed: Closed | undefined;

  constructor(socket: FrameSocket) {
    this.#socket = socket;
    socket.listen({
      frame: (bytes) => {
        this.frames.push(bytes.slice());
        this.heard(bytes);
        this.#changes.notify();
      },
      closed: (code, reason) => {
        if (this.#closed) throw new Error("a socket said twice that it is closed");
        this.#closed = { code, reason };
        this.#changes.notify();
      },
    });
  }

  get closed(): Closed | undefined {
    return this.#closed;
  }

  sayBytes(...frames: Uint8Array[]): void {
    this.saidCount += frames.length;
    for (const frame of frames) this.#socket.send(frame);
  }

  close(code: CloseCode): void {
    this.#socket.close(code, "");
  }

  /** Breaks the connection. */
  vanish(): void {
    this.#socket.terminate();
  }

  until(condition: () => boolean): Promise<void> {
    return this.#changes.until(condition);
  }

  /** Waits for that many frames in all. */
  async frame(number: number): Promise<Uint8Array> {
    await this.until(() => this.frames.length >= number || this.#closed !== undefined);
    const frame = this.frames[number - 1];
    if (!frame) throw new Error(`closed with ${this.#closed?.code ?? 0} before frame ${number}`);
    return frame;
  }

  async end(): Promise<Closed> {
    await this.until(() => this.#closed !== undefined);
    return this.#closed ?? { code: 0, reason: "" };
  }

  /** What a peer that knows more makes of a frame. */
  protected heard: (bytes: Uint8Array) => void = () => undefined;
}

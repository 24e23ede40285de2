import type { FrameHandlers, FrameSocket } from "../../src/link/frameSocket.ts";
import { Changes } from "./changes.ts";

/** A socket on which as many bytes are unsent as the test says, and that counts its frames. */
export class StuckSocket implements FrameSocket {
  unsentBytes = 0;
  sentCount = 0;
  #heardCount = 0;
  readonly #socket: FrameSocket;
  readonly #changes = new Changes();

  constructor(socket: FrameSocket) {
    this.#socket = socket;
  }

  send(frame: Uint8Array): void {
    this.sentCount++;
    this.#socket.send(frame);
  }
  close(...words: Parameters<FrameSocket["close"]>): void {
    this.#socket.close(...words);
  }
  terminate(): void {
    this.#socket.terminate();
  }
  listen(handlers: FrameHandlers): void {
    this.#socket.listen({
      frame: (bytes) => {
        handlers.frame(bytes);
        this.#heardCount++;
        this.#changes.notify();
      },
      closed: (code, reason) => {
        handlers.closed(code, reason);
      },
    });
  }
  /** Waits for that many frames in all. */
  heard(count: number): Promise<void> {
    return this.#changes.until(() => this.#heardCount >= count);
  }
}

import type { FrameHandlers, FrameSocket } from "../../../src/link/frameSocket.ts";
import type { CloseCode } from "../../../src/wire/closeCodes.ts";

/** Bytes that a WebSocket client's frame has before its payload: 2, the length where it is long, and the mask. */
export const clientHeaderBytes = (payloadBytes: number): number =>
  6 + (payloadBytes > 0xffff ? 8 : payloadBytes > 125 ? 2 : 0);

/** Passes frames on and counts what they take on the wire, header and mask included. */
export class CountingSocket implements FrameSocket {
  readonly #socket: FrameSocket;
  #sentBytes = 0;

  constructor(socket: FrameSocket) {
    this.#socket = socket;
  }

  get sentBytes(): number {
    return this.#sentBytes;
  }

  get unsentBytes(): number {
    return this.#socket.unsentBytes;
  }

  send(frame: Uint8Array): void {
    this.#sentBytes += clientHeaderBytes(frame.length) + frame.length;
    this.#socket.send(frame);
  }

  close(code: CloseCode, reason: string): void {
    this.#socket.close(code, reason);
  }

  terminate(): void {
    this.#socket.terminate();
  }

  listen(handlers: FrameHandlers): void {
    this.#socket.listen(handlers);
  }
}

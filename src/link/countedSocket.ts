import type { CloseCode } from "../wire/closeCodes.ts";
import type { FrameHandlers, FrameSocket } from "./frameSocket.ts";

/** What has passed a window's sockets, in bytes of frames: without what WebSocket, TLS and TCP add. */
export interface Traffic {
  upBytes: number;
  downBytes: number;
}

/** A socket whose frames are counted. It is the socket that it was given in every other way. */
export class CountedSocket implements FrameSocket {
  readonly #socket: FrameSocket;
  readonly #traffic: Traffic;

  constructor(socket: FrameSocket, traffic: Traffic) {
    this.#socket = socket;
    this.#traffic = traffic;
  }

  get unsentBytes(): number {
    return this.#socket.unsentBytes;
  }

  send(frame: Uint8Array): void {
    this.#traffic.upBytes += frame.length;
    this.#socket.send(frame);
  }

  close(code: CloseCode, reason: string): void {
    this.#socket.close(code, reason);
  }

  terminate(): void {
    this.#socket.terminate();
  }

  listen(handlers: FrameHandlers): void {
    this.#socket.listen({
      frame: (bytes) => {
        this.#traffic.downBytes += bytes.length;
        handlers.frame(bytes);
      },
      closed: (code, reason) => {
        handlers.closed(code, reason);
      },
    });
  }
}

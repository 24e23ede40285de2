import type { CloseCode } from "../wire/closeCodes.ts";

/** What the owner of a frame socket is told. All are called on the socket's own events, never inside `send`. */
export interface FrameHandlers {
  frame(bytes: Uint8Array): void;
  /** Bytes have come, perhaps of a frame that is not whole yet. Not told by every kind of socket. */
  arriving?(): void;
  /** Called exactly once, whoever closed it and however. */
  closed(code: number, reason: string): void;
}

/** A two-way channel of whole binary frames: a WebSocket, or a pair of pipes. */
export interface FrameSocket {
  /** What was handed to `send` and the operating system has not taken yet, in bytes of memory. */
  readonly unsentBytes: number;
  /** Sends one frame; after the close it does nothing. */
  send(frame: Uint8Array): void;
  close(code: CloseCode, reason: string): void;
  /** Ends it at once, without waiting for the other end. */
  terminate(): void;
  /** Sets who is told; must be called in the turn the socket was got, once. */
  listen(handlers: FrameHandlers): void;
}

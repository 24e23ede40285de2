import { type Readable, type Writable } from "node:stream";
import { closeCodes, type CloseCode } from "../wire/closeCodes.ts";
import { maxFrameBytes } from "../wire/limits.ts";
import { type FrameHandlers, type FrameSocket } from "./frameSocket.ts";

const lengthBytes = 4;

/**
 * Frames over a pair of byte streams, each behind its length as 4 bytes, big-endian. The streams belong
 * to whoever made them; closing ends the writable one and stops listening to the other.
 */
export class PipeSocket implements FrameSocket {
  readonly #readable: Readable;
  readonly #writable: Writable;
  #pending: Buffer = Buffer.alloc(0);
  #handlers: FrameHandlers | undefined;
  #isClosed = false;

  constructor(readable: Readable, writable: Writable) {
    this.#readable = readable;
    this.#writable = writable;
  }

  get unsentBytes(): number {
    return this.#writable.writableLength;
  }

  send(frame: Uint8Array): void {
    if (this.#isClosed) return;
    const bytes = Buffer.allocUnsafe(lengthBytes + frame.length);
    bytes.writeUInt32BE(frame.length, 0);
    bytes.set(frame, lengthBytes);
    this.#writable.write(bytes);
  }

  close(code: CloseCode, reason: string): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#readable.off("data", this.#onData);
    this.#writable.end();
    queueMicrotask(() => this.#handlers?.closed(code, reason));
  }

  terminate(): void {
    this.close(closeCodes.goingAway, "terminated");
  }

  listen(handlers: FrameHandlers): void {
    this.#handlers = handlers;
    const gone = () => {
      this.close(closeCodes.goingAway, "the other end is gone");
    };
    this.#readable.on("data", this.#onData);
    for (const stream of [this.#readable, this.#writable]) {
      stream.once("close", gone);
      stream.once("end", gone);
      stream.on("error", gone); // EPIPE and its like: the other process ended
    }
    this.#readable.resume(); // it may have been paused after its first line
    // Streams that were over before say nothing more.
    if (this.#readable.readableEnded || this.#readable.destroyed || this.#writable.destroyed)
      gone();
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    while (!this.#isClosed && this.#pending.length >= lengthBytes) {
      const length = this.#pending.readUInt32BE(0);
      if (length > maxFrameBytes) {
        this.close(closeCodes.tooLarge, `a frame of ${length} bytes`);
        return;
      }
      if (this.#pending.length < lengthBytes + length) return;
      const frame = this.#pending.subarray(lengthBytes, lengthBytes + length);
      this.#pending = this.#pending.subarray(lengthBytes + length);
      this.#handlers?.frame(frame);
    }
  };
}

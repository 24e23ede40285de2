import type { Readable, Writable } from "node:stream";
import { Failure } from "../base/failure.ts";
import { closeCodes, type CloseCode, closeCodeOf } from "../wire/closeCodes.ts";
import type { FrameHandlers, FrameSocket } from "./frameSocket.ts";
import { frameRecord, RecordReader } from "./records.ts";

/**
 * Frames over a pair of byte streams, each behind its length as 4 bytes, big-endian. The streams belong
 * to whoever made them; closing ends the writable one and stops listening to the other.
 */
export class PipeSocket implements FrameSocket {
  readonly #readable: Readable;
  readonly #writable: Writable;
  readonly #records = new RecordReader();
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
    if (!this.#isClosed) this.#writable.write(frameRecord(frame));
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
    try {
      for (const record of this.#records.push(chunk)) {
        if (record.kind === "close") throw new Failure("protocol", "a close record on a pipe");
        this.#handlers?.frame(record.bytes);
        if (this.#isClosed) return;
      }
    } catch (error) {
      const failure = Failure.from(error);
      this.close(closeCodeOf(failure), failure.message);
    }
  };
}

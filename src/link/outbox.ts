import { type Clock } from "../base/clock.ts";
import { type Disposable } from "../base/disposable.ts";
import { Failure } from "../base/failure.ts";
import { type Compressor } from "../wire/compression.ts";
import { codecIdleMs, maxFrameBytes, minCompressedBytes } from "../wire/limits.ts";
import { pad } from "../wire/padding.ts";
import { bare, type Encoding, frameKinds } from "./encoding.ts";
import { type FrameSocket } from "./frameSocket.ts";

/**
 * The sending half of a connection: payloads leave as frames in the order they were given, each in the same turn unless it
 * is compressed or one before it still is. Owned by its end of the link.
 */
export class Outbox implements Disposable {
  readonly #socket: FrameSocket;
  readonly #clock: Clock;
  readonly #onFailure: (failure: Failure) => void;
  readonly #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #encoding: Encoding = bare;
  #compressor: Compressor | undefined;
  #idle: Disposable | undefined;
  #isBusy = false;
  #isDisposed = false;

  constructor(socket: FrameSocket, clock: Clock, onFailure: (failure: Failure) => void) {
    this.#socket = socket;
    this.#clock = clock;
    this.#onFailure = onFailure;
  }

  /** What the handshake has settled; for all that is sent from now on. */
  settle(encoding: Encoding): void {
    this.#encoding = encoding;
  }

  /** Bytes that were given and that the operating system has not taken yet. */
  get unsentBytes(): number {
    return this.#waitingBytes + this.#socket.unsentBytes;
  }

  send(payload: Uint8Array): void {
    if (this.#isDisposed) return;
    if (this.#isBusy || this.#isCompressed(payload)) this.#enqueue(payload);
    else this.#put(payload);
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#idle?.dispose();
    this.#compressor?.dispose();
    this.#waiting.length = 0;
  }

  #isCompressed(payload: Uint8Array): boolean {
    return this.#encoding.codecs !== undefined && payload.length > minCompressedBytes;
  }

  #put(bytes: Uint8Array): void {
    const frame = this.#encoding.isPadded ? pad(bytes) : bytes;
    if (frame.length <= maxFrameBytes) this.#socket.send(frame);
    else this.#onFailure(new Failure("too-large", `a frame of ${frame.length} bytes`));
  }

  #enqueue(payload: Uint8Array): void {
    this.#waiting.push(payload);
    this.#waitingBytes += payload.length;
    if (!this.#isBusy) void this.#work();
  }

  async #work(): Promise<void> {
    this.#isBusy = true;
    try {
      for (;;) {
        const payload = this.#waiting.shift();
        if (!payload) break;
        this.#waitingBytes -= payload.length;
        const bytes = this.#isCompressed(payload) ? await this.#compress(payload) : payload;
        if (this.#isDisposed) break;
        this.#put(bytes);
      }
    } catch (error) {
      if (!this.#isDisposed) this.#onFailure(Failure.from(error));
    } finally {
      this.#isBusy = false;
    }
  }

  async #compress(payload: Uint8Array): Promise<Uint8Array> {
    this.#compressor ??= this.#encoding.codecs?.compressor();
    this.#idle?.dispose();
    const bytes = await this.#compressor?.compress(payload);
    this.#idle = this.#isDisposed ? undefined : this.#clock.after(codecIdleMs, this.#reset);
    return Buffer.concat([Uint8Array.of(frameKinds.compressed), bytes ?? payload]);
  }

  /** Nothing was compressed for long: its memory is given back, at both ends. */
  readonly #reset = (): void => {
    if (this.#isBusy) return;
    this.#compressor?.dispose();
    this.#compressor = undefined;
    this.#put(Uint8Array.of(frameKinds.codecReset));
  };
}

import type { Clock } from "../base/clock.ts";
import type { Disposable } from "../base/disposable.ts";
import { Failure } from "../base/failure.ts";
import { bundleLength, joinPayloads } from "../wire/bundle.ts";
import type { Compressor } from "../wire/compression.ts";
import { codecIdleMs, maxFrameBytes, minCompressedBytes } from "../wire/limits.ts";
import { pad } from "../wire/padding.ts";
import { bare, type Encoding, frameKinds } from "./encoding.ts";
import type { FrameSocket } from "./frameSocket.ts";

/**
 * The sending half of a connection: payloads leave as frames in the order they were given, each in the same turn unless it
 * is compressed or one before it still is. What has gathered behind one that is compressed, and what is sent in the same turn,
 * is compressed together. Owned by its end of the link.
 */
export class Outbox implements Disposable {
  readonly #socket: FrameSocket;
  readonly #clock: Clock;
  readonly #minCompressedBytes: number;
  readonly #onFailure: (failure: Failure) => void;
  readonly #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #sentBytes = 0;
  #encoding: Encoding = bare;
  #compressor: Compressor | undefined;
  #idle: Disposable | undefined;
  #isBusy = false;
  #isDisposed = false;

  /** `end` says whose half it is. */
  constructor(
    socket: FrameSocket,
    clock: Clock,
    end: keyof typeof minCompressedBytes,
    onFailure: (failure: Failure) => void,
  ) {
    this.#socket = socket;
    this.#clock = clock;
    this.#minCompressedBytes = minCompressedBytes[end];
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

  /** Bytes that were given from the begin on. */
  get givenBytes(): number {
    return this.#sentBytes + this.#waitingBytes;
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
    return this.#encoding.codecs !== undefined && payload.length > this.#minCompressedBytes;
  }

  #put(bytes: Uint8Array): void {
    const frame = this.#encoding.isPadded ? pad(bytes) : bytes;
    this.#sentBytes += frame.length;
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
      await Promise.resolve(); // the rest of this turn's payloads go along
      while (this.#waiting.length > 0 && !this.#isDisposed) await this.#sendNext();
    } catch (error) {
      if (!this.#isDisposed) this.#onFailure(Failure.from(error));
    } finally {
      this.#isBusy = false;
    }
  }

  /** Sends the payloads that go together next. */
  async #sendNext(): Promise<void> {
    const count = bundleLength(this.#waiting);
    const payloads = this.#waiting.slice(0, count);
    const isCompressed = payloads.some((payload) => this.#isCompressed(payload));
    const frames = isCompressed ? [await this.#compress(payloads)] : payloads;
    if (this.#isDisposed) return;
    this.#waiting.splice(0, count);
    for (const { length } of payloads) this.#waitingBytes -= length;
    for (const frame of frames) this.#put(frame);
  }

  async #compress(payloads: readonly Uint8Array[]): Promise<Uint8Array> {
    const [first] = payloads;
    const isOne = payloads.length === 1 && first !== undefined;
    this.#compressor ??= this.#encoding.codecs?.compressor();
    this.#idle?.dispose();
    const bytes = await this.#compressor?.compress(isOne ? first : joinPayloads(payloads));
    this.#idle = this.#isDisposed ? undefined : this.#clock.after(codecIdleMs, this.#reset);
    const kind = isOne ? frameKinds.compressed : frameKinds.bundled;
    return Buffer.concat([Uint8Array.of(kind), bytes ?? nothing]);
  }

  /** Nothing was compressed for long: its memory is given back, at both ends. */
  readonly #reset = (): void => {
    if (this.#isBusy) return;
    this.#compressor?.dispose();
    this.#compressor = undefined;
    this.#put(Uint8Array.of(frameKinds.codecReset));
  };
}

const nothing = new Uint8Array();

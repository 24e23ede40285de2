import type { Disposable } from "../base/disposable.ts";
import { Failure } from "../base/failure.ts";
import { splitPayloads } from "../wire/bundle.ts";
import type { Decompressor } from "../wire/compression.ts";
import { unpad } from "../wire/padding.ts";
import { bare, type Encoding, frameKinds } from "./encoding.ts";

/** Frames that wait behind one that is being decompressed, in bytes; a peer that sends faster is cut off. */
const maxWaitingBytes = 4 * 1024 * 1024;
/** What a frame takes besides its bytes while it waits, about. */
const frameOverheadBytes = 128;

/**
 * The receiving half of a connection: frames become payloads and are handed over in their order, each in the same turn unless it
 * is compressed or one before it still is. Owned by its end of the link.
 */
export class Inbox implements Disposable {
  readonly #onPayload: (payload: Uint8Array) => void;
  readonly #onFailure: (failure: Failure) => void;
  readonly #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #encoding: Encoding = bare;
  #decompressor: Decompressor | undefined;
  #isBusy = false;
  #isDisposed = false;

  /** `onFailure` is told once at most; nothing is handed over after it. */
  constructor(onPayload: (payload: Uint8Array) => void, onFailure: (failure: Failure) => void) {
    this.#onPayload = onPayload;
    this.#onFailure = onFailure;
  }

  /** What the handshake has settled; for all that is received from now on. */
  settle(encoding: Encoding): void {
    this.#encoding = encoding;
  }

  receive(frame: Uint8Array): void {
    if (this.#isDisposed) return;
    try {
      const bytes = this.#encoding.isPadded ? unpad(frame) : frame;
      if (this.#isBusy || this.#isCompressed(bytes)) this.#enqueue(bytes);
      else this.#handOver(bytes);
    } catch (error) {
      this.#fail(error);
    }
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#decompressor?.dispose();
    this.#waiting.length = 0;
  }

  #isCompressed(bytes: Uint8Array): boolean {
    const [kind] = bytes;
    const isMarked = kind === frameKinds.compressed || kind === frameKinds.bundled;
    return this.#encoding.codecs !== undefined && isMarked;
  }

  #handOver(bytes: Uint8Array): void {
    const { codecs } = this.#encoding;
    if (codecs && bytes[0] === frameKinds.codecReset && bytes.length === 1) {
      this.#decompressor?.dispose();
      this.#decompressor = undefined;
    } else this.#onPayload(bytes);
  }

  #enqueue(bytes: Uint8Array): void {
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length + frameOverheadBytes;
    if (this.#waitingBytes > maxWaitingBytes)
      throw new Failure("too-large", "frames come too fast");
    if (!this.#isBusy) void this.#work();
  }

  async #work(): Promise<void> {
    this.#isBusy = true;
    try {
      for (;;) {
        const bytes = this.#waiting.shift();
        if (!bytes) break;
        this.#waitingBytes -= bytes.length + frameOverheadBytes;
        if (!this.#isCompressed(bytes)) {
          this.#handOver(bytes);
          continue;
        }
        for (const payload of await this.#decompress(bytes)) {
          if (!this.#isOver()) this.#onPayload(payload);
        }
      }
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#isBusy = false;
    }
  }

  /** Asked again after each await. */
  #isOver(): boolean {
    return this.#isDisposed;
  }

  async #decompress(bytes: Uint8Array): Promise<readonly Uint8Array[]> {
    this.#decompressor ??= this.#encoding.codecs?.decompressor();
    const inflated = (await this.#decompressor?.decompress(bytes.subarray(1))) ?? bytes;
    return bytes[0] === frameKinds.bundled ? splitPayloads(inflated) : [inflated];
  }

  #fail(error: unknown): void {
    if (this.#isDisposed) return;
    this.dispose();
    this.#onFailure(Failure.from(error, "protocol"));
  }
}

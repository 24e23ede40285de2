import type { FrameSocket } from "../../src/link/frameSocket.ts";
import { splitPayloads } from "../../src/wire/bundle.ts";
import { Compressor, Decompressor, probeCompression } from "../../src/wire/compression.ts";
import { dictionaryOf } from "../../src/wire/dictionary.ts";
import { inflateLimits } from "../../src/wire/limits.ts";
import type { CompressionKind } from "../../src/wire/messages.ts";
import { RawPeer } from "./rawPeer.ts";

/** A dictionary that both ends of a test have. */
export const sharedDictionary = dictionaryOf(
  Buffer.from(
    Array.from({ length: 200 }, (_, at) => `export const value${at} = f(${at * 7919});\n`).join(""),
  ),
);

/** What this runtime can do with it, but for nothing. */
export const kindsHere: readonly CompressionKind[] = probeCompression(
  sharedDictionary.bytes,
).filter((kind) => kind !== "none");

/** A peer that compresses and pads by hand, as PROTOCOL.md section 4 says or not. */
export class EncodedPeer extends RawPeer {
  readonly #kind: CompressionKind;
  readonly #isPadded: boolean;
  #compressor: Compressor;
  #decompressor: Decompressor;
  #readCount = 1; // behind the handshake's one frame
  /** What came in the last frame behind what was read of it. */
  #unread: readonly Uint8Array[] = [];
  #lastBytes: Uint8Array = Buffer.of();

  constructor(socket: FrameSocket, kind: CompressionKind, isPadded: boolean) {
    super(socket);
    this.#kind = kind;
    this.#isPadded = isPadded;
    this.#compressor = this.#makeCompressor();
    this.#decompressor = this.#makeDecompressor();
  }

  /** A payload as a compressed frame, of another kind where that is given. */
  async compressed(payload: Uint8Array, kind = 0xfe): Promise<Uint8Array> {
    const bytes = await this.#compressor.compress(payload);
    return this.padded(Buffer.concat([Buffer.of(kind), bytes]));
  }

  /** As `compressed`, without most of the empty blocks that keep a long payload within what is allowed. */
  async compressedTooFar(payload: Uint8Array, sizeBytes: number): Promise<Uint8Array> {
    const bytes = await this.#compressor.compress(payload);
    return this.padded(Buffer.concat([Buffer.of(0xfe), bytes.subarray(0, sizeBytes)]));
  }

  /** A payload as a frame that is not compressed. */
  padded(bytes: Uint8Array): Uint8Array {
    if (!this.#isPadded) return bytes;
    const count = 16 - (bytes.length % 16);
    return Buffer.concat([bytes, Buffer.alloc(count, count)]);
  }

  /** Begins a new compressor, and says so. */
  reset(): void {
    this.#compressor.dispose();
    this.#compressor = this.#makeCompressor();
    this.sayBytes(this.padded(Buffer.of(0xff)));
  }

  /** The next payload behind the handshake, and the bytes without padding of the frame that brought it. */
  async read(): Promise<{ readonly bytes: Uint8Array; readonly payload: Uint8Array }> {
    const [next] = this.#unread;
    if (next) {
      this.#unread = this.#unread.slice(1);
      return { bytes: this.#lastBytes, payload: next };
    }
    const frame = await this.frame(++this.#readCount);
    const bytes = this.#isPadded ? unpadded(frame) : frame;
    if (bytes[0] === 0xff) {
      this.#decompressor.dispose();
      this.#decompressor = this.#makeDecompressor();
    }
    const isCompressed = bytes[0] === 0xfe || bytes[0] === 0xfd;
    const inflated = isCompressed ? await this.#decompressor.decompress(bytes.subarray(1)) : bytes;
    const [payload = inflated, ...others] =
      bytes[0] === 0xfd ? splitPayloads(inflated) : [inflated];
    this.#unread = others;
    this.#lastBytes = bytes;
    return { bytes, payload };
  }

  /** Whether there are payloads that were not read. */
  get hasUnread(): boolean {
    return this.#unread.length > 0 || this.frames.length > this.#readCount;
  }

  free(): void {
    this.#compressor.dispose();
    this.#decompressor.dispose();
  }

  #makeCompressor(): Compressor {
    return new Compressor(this.#kind, dictionaryFor(this.#kind));
  }

  #makeDecompressor(): Decompressor {
    return new Decompressor(this.#kind, dictionaryFor(this.#kind), inflateLimits);
  }
}

const dictionaryFor = (kind: CompressionKind): Uint8Array | undefined =>
  kind === "zstd-dictionary" ? sharedDictionary.bytes : undefined;

function unpadded(frame: Uint8Array): Uint8Array {
  const count = frame[frame.length - 1] ?? 0;
  const tail = frame.subarray(frame.length - count);
  if (frame.length % 16 !== 0 || count < 1 || count > 16 || tail.some((byte) => byte !== count)) {
    throw new Error("a frame is not padded");
  }
  return frame.subarray(0, frame.length - count);
}

import { type FrameSocket } from "../../src/link/frameSocket.ts";
import { Compressor, Decompressor, probeCompression } from "../../src/wire/compression.ts";
import { dictionaryOf } from "../../src/wire/dictionary.ts";
import { inflateLimits } from "../../src/wire/limits.ts";
import { type CompressionKind } from "../../src/wire/messages.ts";
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

  constructor(socket: FrameSocket, kind: CompressionKind, isPadded: boolean) {
    super(socket);
    this.#kind = kind;
    this.#isPadded = isPadded;
    this.#compressor = this.#makeCompressor();
    this.#decompressor = this.#makeDecompressor();
  }

  /** A payload as a compressed frame. */
  async compressed(payload: Uint8Array): Promise<Uint8Array> {
    const bytes = await this.#compressor.compress(payload);
    return this.padded(Buffer.concat([Buffer.of(0xfe), bytes]));
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

  /** The next frame behind the handshake: its bytes without padding, and its payload. */
  async read(): Promise<{ readonly bytes: Uint8Array; readonly payload: Uint8Array }> {
    const frame = await this.frame(++this.#readCount);
    const bytes = this.#isPadded ? unpadded(frame) : frame;
    if (bytes[0] === 0xff) {
      this.#decompressor.dispose();
      this.#decompressor = this.#makeDecompressor();
    }
    const isCompressed = bytes[0] === 0xfe;
    const payload = isCompressed ? await this.#decompressor.decompress(bytes.subarray(1)) : bytes;
    return { bytes, payload };
  }

  /** Whether there are frames that were not read. */
  get hasUnread(): boolean {
    return this.frames.length > this.#readCount;
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

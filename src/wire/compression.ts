import { PassThrough, type Transform } from "node:stream";
import * as zlib from "node:zlib";
import type { Disposable } from "../base/disposable.ts";
import { FlushedStream } from "./flushedStream.ts";
import { inflateLimits, type InflateLimits } from "./limits.ts";
import type { CompressionKind } from "./messages.ts";

/** The part of node:zlib that a probe calls; zstd is missing in older runtimes. */
export type ProbedCodecs = Pick<typeof zlib, "deflateSync" | "inflateSync"> &
  Partial<Pick<typeof zlib, "zstdCompressSync" | "zstdDecompressSync">>;

const { constants } = zlib;

/**
 * A search for the cheapest way to say a text, as the highest levels make it, but with small tables: theirs are too
 * large for one of many connections. Both ends' contexts of a connection, a compressor and a decompressor, take
 * 1.7 MB of memory after 300 kB of traffic; more is never needed, since window and tables are then full. A tree twice
 * as large would save 0.8 % of the bytes and cost 0.4 MB. The dictionary is of use for the first 256 KB; its tables
 * are made with the first message, in 3 ms of another thread.
 */
const WINDOW_LOG = 18;

const compressOptions = {
  flush: constants.ZSTD_e_flush,
  params: {
    [constants.ZSTD_c_strategy]: constants.ZSTD_btopt,
    [constants.ZSTD_c_windowLog]: WINDOW_LOG,
    [constants.ZSTD_c_hashLog]: 15,
    [constants.ZSTD_c_chainLog]: 16,
    [constants.ZSTD_c_searchLog]: 5,
    [constants.ZSTD_c_minMatch]: 4,
    [constants.ZSTD_c_targetLength]: 64,
  },
};
const decompressOptions = { params: { [constants.ZSTD_d_windowLogMax]: WINDOW_LOG } };
const deflateOptions = { flush: constants.Z_SYNC_FLUSH };

const DEFLATE_WINDOW_BYTES = 32 * 1024;
/** What Z_SYNC_FLUSH writes last, every time; it stays at home. */
const FLUSH_TAIL = Uint8Array.of(0x00, 0x00, 0xff, 0xff);
/** A block that says nothing, as each format allows it behind a flush. */
const EMPTY_ZSTD_BLOCK = Uint8Array.of(0x00, 0x00, 0x00);
const EMPTY_DEFLATE_BLOCK = Uint8Array.of(0x00, ...FLUSH_TAIL);
const PROBE_BYTES = 1024;

/**
 * What this runtime can really do, the best first. Some versions of Node take zstd's `dictionary`
 * option and ignore it, so a piece of the dictionary is compressed and must come out far smaller than
 * without. Takes a few milliseconds once; `codecs` is there for tests.
 */
export function probeCompression(
  dictionary: Uint8Array | undefined,
  codecs: ProbedCodecs = zlib,
): readonly CompressionKind[] {
  const { zstdCompressSync: pack, zstdDecompressSync: unpack } = codecs;
  const kinds: CompressionKind[] = [];
  if (pack && unpack) {
    const zstd: OneShot = {
      pack: (bytes, given) => pack(bytes, { params: compressOptions.params, ...primed(given) }),
      unpack: (bytes, given) => unpack(bytes, { ...decompressOptions, ...primed(given) }),
    };
    if (dictionary && shrinks(zstd, dictionary)) kinds.push("zstd-dictionary");
    kinds.push("zstd");
  }
  const deflate: OneShot = {
    pack: (bytes, given) => codecs.deflateSync(bytes, primed(given && deflatePart(given))),
    unpack: (bytes, given) => codecs.inflateSync(bytes, primed(given && deflatePart(given))),
  };
  if (!dictionary || shrinks(deflate, dictionary)) kinds.push("deflate");
  return [...kinds, "none"];
}

/**
 * One direction's compressor, kept for the life of the connection: what was sent before makes what is
 * sent next cheaper. Whatever `compress` returned must reach the other end, in order. Whoever opened
 * the connection owns it.
 */
export class Compressor implements Disposable {
  readonly #stream: FlushedStream;
  readonly #emptyBlock: Uint8Array;
  readonly #tailBytes: number;

  /** A kind that the probe did not find is a bug of the caller and throws. */
  constructor(kind: CompressionKind, dictionary: Uint8Array | undefined) {
    const isDeflate = kind === "deflate";
    this.#stream = new FlushedStream(compressingStream(kind, dictionary));
    this.#emptyBlock = isDeflate ? EMPTY_DEFLATE_BLOCK : EMPTY_ZSTD_BLOCK;
    this.#tailBytes = isDeflate ? FLUSH_TAIL.length : 0;
  }

  /**
   * All of `payload`, compressed; calls are answered in order. The payload must not be changed before.
   * An empty one costs nothing. A long one that repeats what was sent before is filled up with empty blocks, so
   * that the other end accepts how far it inflates. Rejects with `link-lost` after `dispose`.
   */
  async compress(payload: Uint8Array): Promise<Uint8Array> {
    const output = await this.#stream.run(payload, Number.POSITIVE_INFINITY);
    const filled = this.#fill(output, leastBytesOf(payload) + this.#tailBytes);
    return filled.subarray(0, Math.max(0, filled.length - this.#tailBytes));
  }

  /** Ends pending calls with `link-lost`. */
  dispose(): void {
    this.#stream.dispose();
  }

  #fill(output: Uint8Array, leastBytes: number): Uint8Array {
    if (output.length === 0 || output.length >= leastBytes) return output;
    const count = Math.ceil((leastBytes - output.length) / this.#emptyBlock.length);
    return Buffer.concat([output, ...Array<Uint8Array>(count).fill(this.#emptyBlock)]);
  }
}

/** The other end of a `Compressor` of the same kind and dictionary, with the same life and owner. */
export class Decompressor implements Disposable {
  readonly #stream: FlushedStream;
  readonly #tail: Uint8Array;
  readonly #limits: InflateLimits;

  /** Throws as that of `Compressor`. */
  constructor(kind: CompressionKind, dictionary: Uint8Array | undefined, limits: InflateLimits) {
    this.#stream = new FlushedStream(decompressingStream(kind, dictionary));
    this.#tail = kind === "deflate" ? FLUSH_TAIL : new Uint8Array();
    this.#limits = limits;
  }

  /**
   * The payload that was compressed; calls are answered in order. Rejects with `too-large` above the
   * limits, with `protocol` for bytes that are not the next message of this stream, with `link-lost`
   * after `dispose`. After a rejection nothing more can be read and every call rejects the same way.
   * A message that was cut short is not noticed here: it gives what can be read of it.
   */
  async decompress(bytes: Uint8Array): Promise<Uint8Array> {
    const { maxBytes, maxRatio, unratedBytes } = this.#limits;
    const limit = Math.min(maxBytes, Math.max(unratedBytes, maxRatio * bytes.length));
    const isWhole = bytes.length === 0 || this.#tail.length === 0;
    return this.#stream.run(isWhole ? bytes : Buffer.concat([bytes, this.#tail]), limit);
  }

  /** Ends pending calls with `link-lost`. */
  dispose(): void {
    this.#stream.dispose();
  }
}

/** How long a payload must be once it is compressed. Nothing helps one that is too long at any ratio. */
function leastBytesOf({ length }: Uint8Array): number {
  const { maxBytes, maxRatio, unratedBytes } = inflateLimits;
  return length > unratedBytes && length <= maxBytes ? Math.ceil(length / maxRatio) : 0;
}

/** Deflate's raw form has no word of its dictionary; the other, 6 bytes longer, tells a wrong one. */
function compressingStream(kind: CompressionKind, dictionary?: Uint8Array): Transform {
  switch (kind) {
    case "zstd-dictionary":
      return zlib.createZstdCompress({ ...compressOptions, dictionary: needed(dictionary) });
    case "zstd":
      return zlib.createZstdCompress(compressOptions);
    case "deflate":
      if (!dictionary) return zlib.createDeflateRaw(deflateOptions);
      return zlib.createDeflate({ ...deflateOptions, dictionary: deflatePart(dictionary) });
    case "none":
      return new PassThrough();
  }
}

function decompressingStream(kind: CompressionKind, dictionary?: Uint8Array): Transform {
  switch (kind) {
    case "zstd-dictionary":
      return zlib.createZstdDecompress({ ...decompressOptions, dictionary: needed(dictionary) });
    case "zstd":
      return zlib.createZstdDecompress(decompressOptions);
    case "deflate":
      if (!dictionary) return zlib.createInflateRaw(deflateOptions);
      return zlib.createInflate({ ...deflateOptions, dictionary: deflatePart(dictionary) });
    case "none":
      return new PassThrough();
  }
}

interface OneShot {
  pack(bytes: Uint8Array, dictionary?: Uint8Array): Uint8Array;
  unpack(bytes: Uint8Array, dictionary?: Uint8Array): Uint8Array;
}

/** True if the dictionary's own end becomes far smaller with it, and comes back. */
function shrinks(codec: OneShot, dictionary: Uint8Array): boolean {
  const probe = dictionary.subarray(-PROBE_BYTES);
  try {
    const packed = codec.pack(probe, dictionary);
    if (packed.length * 2 > codec.pack(probe).length) return false;
    return Buffer.compare(codec.unpack(packed, dictionary), probe) === 0;
  } catch {
    return false; // A runtime that refuses the option cannot use it either.
  }
}

function primed(dictionary: Uint8Array | undefined): { dictionary?: Uint8Array } {
  return dictionary ? { dictionary } : {};
}

function deflatePart(dictionary: Uint8Array): Uint8Array {
  return dictionary.subarray(-DEFLATE_WINDOW_BYTES);
}

function needed(dictionary: Uint8Array | undefined): Uint8Array {
  if (!dictionary) throw new RangeError("this kind of compression needs a dictionary");
  return dictionary;
}

import { Failure } from "../base/failure.ts";

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const firstSizeBytes = 64;

/** Builds one payload. Numbers must be integers from 0 to 2^32 - 1; anything else is a bug of the caller. */
export class ByteWriter {
  #bytes: Buffer;
  #at = 0;

  constructor(expectedBytes = firstSizeBytes) {
    this.#bytes = Buffer.allocUnsafe(expectedBytes);
  }

  byte(value: number): this {
    this.#reserve(1);
    this.#bytes[this.#at++] = value;
    return this;
  }

  varint(value: number): this {
    if (!Number.isInteger(value) || value < 0 || value > 0xffff_ffff) {
      throw new RangeError(`not a 32-bit number: ${value}`);
    }
    this.#reserve(5);
    let rest = value;
    while (rest > 0x7f) {
      this.#bytes[this.#at++] = (rest & 0x7f) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#bytes[this.#at++] = rest;
    return this;
  }

  /** A number of either sign, small ones in few bytes. */
  zigzag(value: number): this {
    if (!Number.isInteger(value)) throw new RangeError(`not a whole number: ${value}`);
    return this.varint(value >= 0 ? 2 * value : -2 * value - 1);
  }

  bytes(value: Uint8Array): this {
    this.#reserve(value.length);
    this.#bytes.set(value, this.#at);
    this.#at += value.length;
    return this;
  }

  /** 16 bits, big-endian. */
  uint16(value: number): this {
    return this.byte(value >>> 8).byte(value & 0xff);
  }

  /** A length and that many bytes of UTF-8. A lone surrogate becomes U+FFFD. */
  text(value: string): this {
    return this.varint(Buffer.byteLength(value)).rest(value);
  }

  /** UTF-8 without its length, as the last text of a payload. */
  rest(value: string): this {
    this.#reserve(3 * value.length);
    this.#at += this.#bytes.write(value, this.#at, "utf8");
    return this;
  }

  /** UTF-16, little-endian, without its length: for texts that have lone surrogates. */
  restUtf16(value: string): this {
    this.#reserve(2 * value.length);
    this.#at += this.#bytes.write(value, this.#at, "utf16le");
    return this;
  }

  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#at);
  }

  #reserve(sizeBytes: number): void {
    const needed = this.#at + sizeBytes;
    if (needed <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(needed, 2 * this.#bytes.length));
    grown.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = grown;
  }
}

/** Reads one payload. Every length and range is checked; what does not fit throws a `protocol` failure. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #at: number;

  /** `tailBytes` at the end are left out; they are read apart. */
  constructor(bytes: Uint8Array, start = 0, tailBytes = 0) {
    if (start + tailBytes > bytes.length) throw new Failure("protocol", "a frame is cut short");
    this.#bytes = bytes;
    this.#at = start;
    this.#end = bytes.length - tailBytes;
  }

  get left(): number {
    return this.#end - this.#at;
  }

  byte(): number {
    const value = this.#at < this.#end ? this.#bytes[this.#at] : undefined;
    if (value === undefined) throw new Failure("protocol", "a frame is cut short");
    this.#at++;
    return value;
  }

  varint(): number {
    let value = 0;
    for (let index = 0; index < 5; index++) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** (7 * index);
      if (byte < 0x80) {
        if (byte === 0 && index > 0) throw new Failure("protocol", "a number is too long");
        if (value > 0xffff_ffff) throw new Failure("protocol", "a number is too large");
        return value;
      }
    }
    throw new Failure("protocol", "a number is too long");
  }

  zigzag(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  bytes(count: number): Uint8Array {
    if (count > this.left) throw new Failure("protocol", "a field is longer than its frame");
    const bytes = this.#bytes.subarray(this.#at, this.#at + count);
    this.#at += count;
    return bytes;
  }

  text(): string {
    return decodeUtf8(this.bytes(this.varint()));
  }

  rest(): string {
    return decodeUtf8(this.bytes(this.left));
  }

  /** Ends the reading: bytes nobody read are a failure. */
  done(): void {
    if (this.left > 0) throw new Failure("protocol", "a frame is too long");
  }
}

/** Well-formed UTF-8 as text; anything else is a `protocol` failure. */
export function decodeUtf8(bytes: Uint8Array): string {
  const [first] = bytes;
  if (bytes.length === 1 && first !== undefined && first < 0x80) return String.fromCharCode(first);
  try {
    return decoder.decode(bytes);
  } catch (error) {
    throw new Failure("protocol", "a text is not UTF-8", error);
  }
}

/** UTF-16, little-endian, as text, lone surrogates and all; an odd number of bytes is a failure. */
export function decodeUtf16(bytes: Uint8Array): string {
  if (bytes.length % 2 === 1) throw new Failure("protocol", "a text is cut in mid-unit");
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("utf16le");
}

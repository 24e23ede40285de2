import { Failure } from "../base/failure.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Builds one frame. Numbers must be integers from 0 to 2^32 - 1; anything else is a bug of the caller. */
export class ByteWriter {
  readonly #parts: Uint8Array[] = [];
  #sizeBytes = 0;

  byte(value: number): this {
    return this.#add(Uint8Array.of(value));
  }

  varint(value: number): this {
    if (!Number.isInteger(value) || value < 0 || value > 0xffff_ffff) {
      throw new RangeError(`not a 32-bit number: ${value}`);
    }
    const bytes: number[] = [];
    let rest = value;
    while (rest > 0x7f) {
      bytes.push((rest & 0x7f) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    bytes.push(rest);
    return this.#add(Uint8Array.from(bytes));
  }

  /** A length and that many bytes of UTF-8. A lone surrogate becomes U+FFFD. */
  text(value: string): this {
    const bytes = encoder.encode(value);
    return this.varint(bytes.length).#add(bytes);
  }

  /** UTF-8 to the end of the frame. */
  rest(value: string): this {
    return this.#add(encoder.encode(value));
  }

  finish(): Uint8Array {
    const frame = new Uint8Array(this.#sizeBytes);
    let at = 0;
    for (const part of this.#parts) {
      frame.set(part, at);
      at += part.length;
    }
    return frame;
  }

  #add(part: Uint8Array): this {
    this.#parts.push(part);
    this.#sizeBytes += part.length;
    return this;
  }
}

/** Reads one frame. Every length and range is checked; what does not fit throws a `protocol` failure. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  byte(): number {
    const value = this.#bytes[this.#at];
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

  text(): string {
    const length = this.varint();
    if (length > this.#bytes.length - this.#at) {
      throw new Failure("protocol", "a text is longer than its frame");
    }
    return this.#decode(this.#at + length);
  }

  rest(): string {
    return this.#decode(this.#bytes.length);
  }

  /** Ends the reading: bytes nobody read are a failure. */
  done(): void {
    if (this.#at !== this.#bytes.length) throw new Failure("protocol", "a frame is too long");
  }

  #decode(end: number): string {
    const bytes = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    try {
      return decoder.decode(bytes);
    } catch (error) {
      throw new Failure("protocol", "a text is not UTF-8", error);
    }
  }
}

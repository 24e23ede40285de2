import { isLineEnd, newlineHash, readTokens } from "./lexer.ts";

/** Where the tokens of one text stand among others. */
export interface TokenRange {
  readonly from: number;
  readonly to: number;
}

/** Tokens in order, of one text or of several one behind the other. It grows; its arrays are kept when it is cut back. */
export class Tokens {
  #hashes: Int32Array<ArrayBuffer>;
  #offsets: Int32Array<ArrayBuffer>;
  #codes: Uint16Array<ArrayBuffer>;
  #count = 0;

  /** With room for so many, or those of another one, this one's from then on. */
  constructor(from: number | Pick<Tokens, "hashes" | "offsets" | "codes">) {
    if (typeof from === "number") {
      this.#hashes = new Int32Array(from);
      this.#offsets = new Int32Array(from);
      this.#codes = new Uint16Array(from);
      return;
    }
    this.#hashes = from.hashes;
    this.#offsets = from.offsets;
    this.#codes = from.codes;
    this.#count = from.hashes.length;
  }

  /** Of the tokens up to `count`, and room to spare behind them; others after each growth. */
  get hashes(): Int32Array<ArrayBuffer> {
    return this.#hashes;
  }

  /** Where each starts in the text it was read from. */
  get offsets(): Int32Array<ArrayBuffer> {
    return this.#offsets;
  }

  /** The first UTF-16 unit of each. */
  get codes(): Uint16Array<ArrayBuffer> {
    return this.#codes;
  }

  get count(): number {
    return this.#count;
  }

  /** Opens a text with a line end, so that its first line has a start like any other. */
  open(): void {
    this.#push(newlineHash, 0, newlineHash);
  }

  /** Reads the tokens that start from `from` to `to`, and returns where the last one ends. */
  read(text: string, from = 0, to = text.length): number {
    return readTokens(text, { from, to }, (hash, offset) => {
      if (isLineEnd(hash) && isLineEnd(this.#hashes[this.#count - 1] ?? 0)) return;
      this.#push(hash, offset, text.charCodeAt(offset));
    });
  }

  /** Opens and reads all of a text, and returns where its tokens stand. */
  add(text: string): TokenRange {
    const from = this.#count;
    this.open();
    this.read(text);
    return { from, to: this.#count };
  }

  /** Takes over a part of others. */
  copy({ hashes, offsets, codes }: Tokens, { from, to }: TokenRange): void {
    while (this.#count + to - from > this.#hashes.length) this.#grow();
    this.#hashes.set(hashes.subarray(from, to), this.#count);
    this.#offsets.set(offsets.subarray(from, to), this.#count);
    this.#codes.set(codes.subarray(from, to), this.#count);
    this.#count += to - from;
  }

  /** Makes another token of one. */
  retag(index: number, hash: number): void {
    this.#hashes[index] = hash;
  }

  /** Drops the newest. */
  truncate(count: number): void {
    this.#count = count;
  }

  #push(hash: number, offset: number, code: number): void {
    if (this.#count === this.#hashes.length) this.#grow();
    this.#hashes[this.#count] = hash;
    this.#offsets[this.#count] = offset;
    this.#codes[this.#count] = code;
    this.#count += 1;
  }

  #grow(): void {
    const length = Math.ceil(this.#hashes.length * 1.25);
    this.#hashes = grown(this.#hashes, new Int32Array(length));
    this.#offsets = grown(this.#offsets, new Int32Array(length));
    this.#codes = grown(this.#codes, new Uint16Array(length));
  }
}

/** A longer array that begins as this one. */
export function grown<T extends Int32Array | Uint16Array>(
  from: Int32Array | Uint16Array,
  to: T,
): T {
  to.set(from);
  return to;
}

import { isLineEnd, newlineHash, readTokens } from "./lexer.ts";

/** Where the tokens of one text stand on a tape. */
export interface TapeRange {
  readonly from: number;
  readonly to: number;
}

const firstLength = 64 * 1024;

/**
 * The tokens of texts, one behind the other. What they are put into can be sized exactly so, and they are read once. Its
 * arrays are kept and used again.
 */
export class TokenTape {
  #hashes = new Int32Array(firstLength);
  #offsets = new Int32Array(firstLength);
  /** The first UTF-16 unit of each token. */
  #codes = new Uint16Array(firstLength);
  #count = 0;

  get hashes(): Int32Array {
    return this.#hashes;
  }

  get offsets(): Int32Array {
    return this.#offsets;
  }

  get codes(): Uint16Array {
    return this.#codes;
  }

  /** How many tokens there are of all its texts. */
  get count(): number {
    return this.#count;
  }

  clear(): void {
    this.#count = 0;
  }

  /** Reads a text, opened with a line end, so that its first line has a start like any other. */
  add(text: string): TapeRange {
    const from = this.#count;
    this.#push(newlineHash, 0, newlineHash);
    readTokens(text, { from: 0, to: text.length }, (hash, offset) => {
      if (isLineEnd(hash) && isLineEnd(this.#hashes[this.#count - 1] ?? 0)) return;
      this.#push(hash, offset, text.charCodeAt(offset));
    });
    return { from, to: this.#count };
  }

  #push(hash: number, offset: number, code: number): void {
    const at = this.#count;
    if (at === this.#hashes.length) this.#grow();
    this.#hashes[at] = hash;
    this.#offsets[at] = offset;
    this.#codes[at] = code;
    this.#count = at + 1;
  }

  #grow(): void {
    const length = this.#hashes.length * 2;
    this.#hashes = grown(this.#hashes, new Int32Array(length));
    this.#offsets = grown(this.#offsets, new Int32Array(length));
    this.#codes = grown(this.#codes, new Uint16Array(length));
  }
}

function grown<T extends Int32Array<ArrayBuffer> | Uint16Array<ArrayBuffer>>(from: T, to: T): T {
  to.set(from);
  return to;
}

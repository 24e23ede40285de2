import { newlineHash, readTokens } from "./lexer.ts";

/**
 * How many tokens each kind of context has. The first two kinds also hold the first character of what
 * follows: they serve a word that is partly typed.
 */
export const contextLengths = [1, 2, 3, 6];

/** How many characters a token of source text has on average, for sizing a log. */
export const charsPerToken = 4;

const orderCount = contextLengths.length;
const nowhere = -1;
const mixer = 0x85ebca6b;

/**
 * Tokens in order, as hashes and offsets, with chains from each place to the place before it that has
 * the same context. Places are linked and unlinked like a stack, so a log can follow a cursor at the
 * cost of what changed. It does not hold the text.
 */
export class TokenLog {
  #hashes: Int32Array;
  #offsets: Int32Array;
  /** The first UTF-16 unit of each token. */
  #codes: Uint16Array;
  #links: Int32Array;
  readonly #heads: Int32Array;
  readonly #keys = new Int32Array(orderCount);
  #count = 0;

  /** `tokenCapacity` sizes the table of contexts for good; the log itself grows. */
  constructor(tokenCapacity: number) {
    const capacity = Math.max(64, Math.ceil(tokenCapacity));
    this.#hashes = new Int32Array(capacity);
    this.#offsets = new Int32Array(capacity);
    this.#codes = new Uint16Array(capacity);
    this.#links = new Int32Array(capacity * orderCount);
    this.#heads = new Int32Array(2 ** Math.ceil(Math.log2(capacity * 1.5))).fill(nowhere);
  }

  get count(): number {
    return this.#count;
  }

  /** True when the table has become too small for what was read; the owner then starts a new log. */
  get isCrowded(): boolean {
    return this.#count > 2 * this.#heads.length;
  }

  /** The bytes held in typed arrays. */
  get sizeBytes(): number {
    return this.#hashes.length * (10 + 4 * orderCount) + this.#heads.length * 4;
  }

  hashAt(index: number): number {
    return this.#hashes[index] ?? 0;
  }

  /** Where the token starts in the text it was read from. */
  offsetAt(index: number): number {
    return this.#offsets[index] ?? 0;
  }

  /** Opens a text with a line end, so that its first line has a start like any other. */
  open(): void {
    this.#push(newlineHash, 0, newlineHash);
  }

  /** Reads the tokens that start from `from` to `to`, unlinked, and returns where the last one ends. */
  read(text: string, from: number, to = text.length): number {
    return readTokens(text, { from, to }, (hash, offset) => {
      if (hash === newlineHash && this.#hashes[this.#count - 1] === newlineHash) return;
      this.#push(hash, offset, text.charCodeAt(offset));
    });
  }

  /** Drops the newest tokens; their places must be unlinked. */
  truncate(count: number): void {
    this.#count = count;
  }

  /** The first token that starts at or after the offset. Only for a log of one text. */
  indexAtOffset(offset: number): number {
    let low = 1;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.offsetAt(middle) < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Makes the place before token `index` findable by the tokens from `floor` on. */
  link(index: number, floor: number): void {
    const keys = this.contextKeys(index, floor, this.#codes[index] ?? 0);
    for (let order = 0; order < orderCount; order += 1) {
      const slot = this.#slot(keys[order] ?? 0);
      this.#links[index * orderCount + order] = this.#heads[slot] ?? nowhere;
      this.#heads[slot] = index;
    }
  }

  /** Takes back the newest `link`, with the same arguments. */
  unlink(index: number, floor: number): void {
    const keys = this.contextKeys(index, floor, this.#codes[index] ?? 0);
    for (let order = orderCount - 1; order >= 0; order -= 1) {
      const slot = this.#slot(keys[order] ?? 0);
      this.#heads[slot] = this.#links[index * orderCount + order] ?? nowhere;
    }
  }

  /**
   * The contexts before token `index` as numbers, one for each of `contextLengths`; `code` is the first
   * UTF-16 unit that follows. The array is overwritten by the next call.
   */
  contextKeys(index: number, floor: number, code: number): Int32Array {
    let key = 0;
    let order = 0;
    for (let length = 1; order < orderCount; length += 1) {
      const at = index - length;
      key = Math.imul(key ^ (at < floor ? 0 : (this.#hashes[at] ?? 0)), 0x9e3779b1);
      key ^= key >>> 15;
      if (length !== contextLengths[order]) continue;
      this.#keys[order] = Math.imul(
        length < 3 ? key ^ (code * 0x2c1b + length) : key + length,
        mixer,
      );
      order += 1;
    }
    return this.#keys;
  }

  /** The newest linked place that may have this context; below 0 when there is none. */
  newest(key: number): number {
    return this.#heads[this.#slot(key)] ?? nowhere;
  }

  /** The next older place on the same chain. Chains may hold strangers: compare the tokens. */
  older(index: number, order: number): number {
    return this.#links[index * orderCount + order] ?? nowhere;
  }

  #slot(key: number): number {
    return (key >>> 7) & (this.#heads.length - 1);
  }

  #push(hash: number, offset: number, code: number): void {
    if (this.#count === this.#hashes.length) this.#grow();
    this.#hashes[this.#count] = hash;
    this.#offsets[this.#count] = offset;
    this.#codes[this.#count] = code;
    this.#count += 1;
  }

  #grow(): void {
    const capacity = Math.ceil(this.#hashes.length * 1.25);
    this.#hashes = grown(this.#hashes, new Int32Array(capacity));
    this.#offsets = grown(this.#offsets, new Int32Array(capacity));
    this.#codes = grown(this.#codes, new Uint16Array(capacity));
    this.#links = grown(this.#links, new Int32Array(capacity * orderCount));
  }
}

function grown<T extends Int32Array | Uint16Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

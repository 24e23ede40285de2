import { contextKeys, orders } from "./contexts.ts";
import { isLineEnd, newlineHash, readTokens } from "./lexer.ts";

/** How many characters a token of source text has on average, for sizing a log. */
export const charsPerToken = 4;

/** The arrays of a log, such as another thread can take over. */
export interface LogParts {
  readonly hashes: Int32Array<ArrayBuffer>;
  readonly offsets: Int32Array<ArrayBuffer>;
  readonly codes: Uint16Array<ArrayBuffer>;
  readonly links: Links;
  readonly heads: Links;
}

/** Numbers of tokens: two bytes each where these are enough, which makes the index of a project a third smaller. */
type Links = Int32Array<ArrayBuffer> | Uint16Array<ArrayBuffer>;

/** A log of no more tokens takes the least room. */
export const mostShortTokens = 0xffff;

const orderCount = orders.length;
const slotsPerToken = 0.25;
const keyCount = 2 ** 32;
/** The first token has nothing before it and is on no chain. */
const nowhere = 0;

/**
 * Tokens in order, as hashes and offsets, with chains from each place to the place before it that has
 * the same context. Places are linked and unlinked like a stack, so a log can follow a cursor at the
 * cost of what changed. It does not hold the text.
 */
export class TokenLog {
  #hashes: Int32Array<ArrayBuffer>;
  #offsets: Int32Array<ArrayBuffer>;
  /** The first UTF-16 unit of each token. */
  #codes: Uint16Array<ArrayBuffer>;
  #links: Links;
  #heads: Links;
  readonly #slots: number;
  readonly #slotsPerKey: number;
  readonly #keys = new Int32Array(orders.length);
  #count = 0;

  /**
   * The number of tokens sizes the table of contexts for good; the log itself grows. Parts are those of another log, and
   * this one's from then on.
   */
  constructor(from: number | LogParts) {
    if (typeof from === "object") {
      this.#hashes = from.hashes;
      this.#offsets = from.offsets;
      this.#codes = from.codes;
      this.#links = from.links;
      this.#heads = from.heads;
      this.#count = from.hashes.length;
      this.#slots = from.heads.length / orderCount;
      this.#slotsPerKey = this.#slots / keyCount;
      return;
    }
    const capacity = Math.max(64, Math.ceil(from));
    const arrayOf = linksFor(capacity);
    this.#hashes = new Int32Array(capacity);
    this.#offsets = new Int32Array(capacity);
    this.#codes = new Uint16Array(capacity);
    this.#links = new arrayOf(capacity * orderCount);
    this.#slots = Math.ceil(capacity * slotsPerToken);
    this.#slotsPerKey = this.#slots / keyCount;
    this.#heads = new arrayOf(this.#slots * orderCount);
  }

  /** Its arrays, which it must not use any more once they are given away; copies where they had room to spare. */
  get parts(): LogParts {
    return {
      hashes: cut(this.#hashes, this.#count),
      offsets: cut(this.#offsets, this.#count),
      codes: cut(this.#codes, this.#count),
      links: cut(this.#links, this.#count * orderCount),
      heads: this.#heads,
    };
  }

  get count(): number {
    return this.#count;
  }

  /** True when the table has become too small for what was read; the owner then starts a new log. */
  get isCrowded(): boolean {
    return this.#count > 8 * this.#slots;
  }

  /** The bytes held in typed arrays. */
  get sizeBytes(): number {
    const arrays = [this.#hashes, this.#offsets, this.#codes, this.#links, this.#heads];
    return arrays.reduce((sum, { byteLength }) => sum + byteLength, 0);
  }

  hashAt(index: number): number {
    return this.#hashes[index] ?? 0;
  }

  /** Makes another token of one; places linked behind it must be linked anew. */
  retag(index: number, hash: number): void {
    this.#hashes[index] = hash;
  }

  /** The first UTF-16 unit of the token. */
  codeAt(index: number): number {
    return this.#codes[index] ?? 0;
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
      if (isLineEnd(hash) && isLineEnd(this.hashAt(this.#count - 1))) return;
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
    const keys = this.#keysOf(index, floor);
    const links = this.#links;
    const heads = this.#heads;
    for (let order = 0; order < orderCount; order += 1) {
      const slot = this.#slot(keys[order] ?? 0, order);
      links[index * orderCount + order] = heads[slot] ?? nowhere;
      heads[slot] = index;
    }
  }

  /** Takes back the newest `link`, with the same arguments. */
  unlink(index: number, floor: number): void {
    const keys = this.#keysOf(index, floor);
    for (let order = 0; order < orderCount; order += 1) {
      const slot = this.#slot(keys[order] ?? 0, order);
      this.#heads[slot] = this.#links[index * orderCount + order] ?? nowhere;
    }
  }

  /** Where the chain of a context begins: its newest place, or one of a stranger; 0 when there is none. */
  newest(key: number, order: number): number {
    return this.#heads[this.#slot(key, order)] ?? nowhere;
  }

  /** The next older place on the same chain; 0 at its end. Chains may hold strangers: compare the tokens. */
  older(index: number, order: number): number {
    return this.#links[index * orderCount + order] ?? nowhere;
  }

  /** Whether so many tokens before `index` are those at the end of `tail`. */
  follows(tail: Int32Array, index: number, tokens: number): boolean {
    const hashes = this.#hashes;
    for (let back = 1; back <= tokens; back += 1) {
      if (hashes[index - back] !== tail[tail.length - back]) return false;
    }
    return true;
  }

  #keysOf(index: number, floor: number): Int32Array {
    const before = { hashes: this.#hashes, end: index, floor };
    contextKeys(before, this.#codes[index] ?? 0, this.#keys);
    return this.#keys;
  }

  /** Each order has a part of the table of its own, or its chains would go on as another's. The key's high bits say where. */
  #slot(key: number, order: number): number {
    return order * this.#slots + Math.floor((key >>> 0) * this.#slotsPerKey);
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
    const arrayOf = linksFor(capacity);
    this.#hashes = grown(this.#hashes, new Int32Array(capacity));
    this.#offsets = grown(this.#offsets, new Int32Array(capacity));
    this.#codes = grown(this.#codes, new Uint16Array(capacity));
    this.#links = grown(this.#links, new arrayOf(capacity * orderCount));
    if (!(this.#heads instanceof arrayOf))
      this.#heads = grown(this.#heads, new arrayOf(this.#heads.length));
  }
}

/** What can number so many tokens. */
const linksFor = (tokens: number) => (tokens > mostShortTokens ? Int32Array : Uint16Array);

const cut = <T extends Int32Array<ArrayBuffer> | Uint16Array<ArrayBuffer>>(
  from: T,
  length: number,
): T => (from.length > length ? (from.slice(0, length) as T) : from);

function grown<T extends Int32Array | Uint16Array>(from: Int32Array | Uint16Array, to: T): T {
  to.set(from);
  return to;
}

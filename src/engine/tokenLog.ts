import { contextKeys, orders } from "./contexts.ts";
import { grown, type TokenRange, Tokens } from "./tokens.ts";

/** How many characters a token of source text has on average, for the room its tokens are read into. */
const charsPerToken = 4;

/** The arrays of a log, such as another thread can take over. */
export interface LogParts {
  readonly hashes: Int32Array<ArrayBuffer>;
  readonly offsets: Int32Array<ArrayBuffer>;
  readonly codes: Uint16Array<ArrayBuffer>;
  readonly links: Links;
  readonly heads: Links;
  /** Empty in a log that can unlink. */
  readonly marks: Uint8Array<ArrayBuffer>;
  /** What the tables are sized for. */
  readonly capacity: number;
}

/** Numbers of tokens: two bytes each where these are enough, which makes the index of a project a third smaller. */
type Links = Int32Array<ArrayBuffer> | Uint16Array<ArrayBuffer>;

/** A log of no more tokens takes the least room. */
export const mostShortTokens = 0xffff;

const orderCount = orders.length;
const leastSlots = 256;
/** One in five marks is another context's then. */
const marksPerToken = 3;
const keyCount = 2 ** 32;
/** The first token has nothing before it and is on no chain. */
const nowhere = 0;

/**
 * Tokens in order, with chains from each place to the place before it that has the same context. Places are linked and
 * unlinked like a stack, so a log can follow a cursor at the cost of what changed; one that only grows also marks which rare
 * contexts it has, since looking for one that it has not would lead to a few strangers, each far apart in memory. It does not
 * hold the text.
 */
export class TokenLog {
  readonly #tokens: Tokens;
  #links: Links;
  #heads: Links;
  readonly #marks: Uint8Array<ArrayBuffer>;
  readonly #tables: Tables;
  readonly #keys = new Int32Array(orders.length);

  /**
   * The number of tokens sizes the tables of contexts for good; the log itself grows. Parts are those of another log, and
   * this one's from then on. One that `mayUnlink` marks no contexts.
   */
  constructor(from: number | LogParts, mayUnlink: boolean) {
    if (typeof from === "object") {
      this.#tokens = new Tokens(from);
      this.#links = from.links;
      this.#heads = from.heads;
      this.#marks = from.marks;
      this.#tables = tablesFor(from.capacity);
      return;
    }
    const capacity = Math.max(64, Math.ceil(from));
    const arrayOf = linksFor(capacity);
    this.#tokens = new Tokens(capacity);
    this.#links = new arrayOf(capacity * orderCount);
    this.#tables = tablesFor(capacity);
    this.#heads = new arrayOf(this.#tables.slots);
    this.#marks = new Uint8Array(mayUnlink ? 0 : Math.ceil(this.#tables.marks / 8));
  }

  /** Its arrays, which it must not use any more once they are given away; copies where they had room to spare. */
  get parts(): LogParts {
    const { hashes, offsets, codes, count } = this.#tokens;
    return {
      hashes: cut(hashes, count),
      offsets: cut(offsets, count),
      codes: cut(codes, count),
      links: cut(this.#links, count * orderCount),
      heads: this.#heads,
      marks: this.#marks,
      capacity: this.#tables.capacity,
    };
  }

  get count(): number {
    return this.#tokens.count;
  }

  /** True when the table has become too small for what was read; the owner then starts a new log. */
  get isCrowded(): boolean {
    return this.count > 2 * this.#tables.capacity;
  }

  /** The bytes held in typed arrays. */
  get sizeBytes(): number {
    const { hashes, offsets, codes } = this.#tokens;
    return sizeBytesOf([hashes, offsets, codes, this.#links, this.#heads, this.#marks]);
  }

  hashAt(index: number): number {
    return this.#tokens.hashes[index] ?? 0;
  }

  /** Makes another token of one; places linked behind it must be linked anew. */
  retag(index: number, hash: number): void {
    this.#tokens.retag(index, hash);
  }

  /** The first UTF-16 unit of the token. */
  codeAt(index: number): number {
    return this.#tokens.codes[index] ?? 0;
  }

  /** Where the token starts in the text it was read from. */
  offsetAt(index: number): number {
    return this.#tokens.offsets[index] ?? 0;
  }

  /** Opens a text with a line end, so that its first line has a start like any other. */
  open(): void {
    this.#tokens.open();
  }

  /** Reads the tokens that start from `from` to `to`, unlinked, and returns where the last one ends. */
  read(text: string, from: number, to = text.length): number {
    return this.#tokens.read(text, from, to);
  }

  /** Takes over the tokens of a text that was read, unlinked. */
  copy(tokens: Tokens, range: TokenRange): void {
    this.#tokens.copy(tokens, range);
  }

  /** Drops the newest tokens; their places must be unlinked. */
  truncate(count: number): void {
    this.#tokens.truncate(count);
  }

  /** The first token that starts at or after the offset. Only for a log of one text. */
  indexAtOffset(offset: number): number {
    let low = 1;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.offsetAt(middle) < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Makes the place before token `index` findable by the tokens from `floor` on. */
  link(index: number, floor: number): void {
    if (index * orderCount >= this.#links.length) this.#grow();
    const keys = this.#keysOf(index, floor);
    const links = this.#links;
    const heads = this.#heads;
    const marks = this.#marks;
    const { firstSlots, slotsPerKey, firstMarks, marksPerKey } = this.#tables;
    for (let order = 0; order < orderCount; order += 1) {
      const key = (keys[order] ?? 0) >>> 0;
      const slot = partOf(key, firstSlots, slotsPerKey, order);
      links[index * orderCount + order] = heads[slot] ?? nowhere;
      heads[slot] = index;
      if (marks.length === 0 || marksPerKey[order] === 0) continue;
      const mark = partOf(key, firstMarks, marksPerKey, order);
      marks[mark >>> 3] = (marks[mark >>> 3] ?? 0) | (1 << (mark & 7));
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
    return this.mayHave(key, order) ? (this.#heads[this.#slot(key, order)] ?? nowhere) : nowhere;
  }

  /** False where there is no place with this context; only a rare one is told from others. */
  mayHave(key: number, order: number): boolean {
    const marks = this.#marks;
    if (marks.length === 0 || this.#tables.marksPerKey[order] === 0) return true;
    const mark = partOf(key >>> 0, this.#tables.firstMarks, this.#tables.marksPerKey, order);
    return ((marks[mark >>> 3] ?? 0) & (1 << (mark & 7))) !== 0;
  }

  /** The next older place on the same chain; 0 at its end. Chains may hold strangers: compare the tokens. */
  older(index: number, order: number): number {
    return this.#links[index * orderCount + order] ?? nowhere;
  }

  /** Whether so many tokens before `index` are those at the end of `tail`. */
  follows(tail: Int32Array, index: number, tokens: number): boolean {
    const { hashes } = this.#tokens;
    for (let back = 1; back <= tokens; back += 1) {
      if (hashes[index - back] !== tail[tail.length - back]) return false;
    }
    return true;
  }

  #keysOf(index: number, floor: number): Int32Array {
    const { hashes, codes } = this.#tokens;
    contextKeys({ hashes, end: index, floor }, codes[index] ?? 0, this.#keys);
    return this.#keys;
  }

  /** Each order has a part of the table of its own, or its chains would go on as another's. The key's high bits say where. */
  #slot(key: number, order: number): number {
    const { firstSlots, slotsPerKey } = this.#tables;
    return partOf(key >>> 0, firstSlots, slotsPerKey, order);
  }

  /** The chains are as long as the tokens; two bytes are not enough for all numbers then. */
  #grow(): void {
    const capacity = this.#tokens.hashes.length;
    const arrayOf = linksFor(capacity);
    this.#links = grown(this.#links, new arrayOf(capacity * orderCount));
    if (!(this.#heads instanceof arrayOf))
      this.#heads = grown(this.#heads, new arrayOf(this.#heads.length));
  }
}

/**
 * A log that has read a text, unlinked, and can unlink. Sized by the tokens there are, with some to spare: in data and tables a
 * token has hardly more than a character, and a log sized by the characters would be crowded from the first.
 */
export function logFor(text: string, spareTokens: number): TokenLog {
  const tokens = new Tokens(64 + Math.ceil(text.length / charsPerToken));
  const range = tokens.add(text);
  const log = new TokenLog(tokens.count + spareTokens, true);
  log.copy(tokens, range);
  return log;
}

/** Where each order has its part of the tables, and how its keys are spread over that. */
interface Tables {
  readonly capacity: number;
  readonly slots: number;
  readonly firstSlots: Float64Array;
  readonly slotsPerKey: Float64Array;
  readonly marks: number;
  readonly firstMarks: Float64Array;
  /** 0 for what is not rare. */
  readonly marksPerKey: Float64Array;
}

function tablesFor(capacity: number): Tables {
  const firstSlots = new Float64Array(orderCount);
  const slotsPerKey = new Float64Array(orderCount);
  const firstMarks = new Float64Array(orderCount);
  const marksPerKey = new Float64Array(orderCount);
  let slots = 0;
  let marks = 0;
  for (const [order, { variety, isRare }] of orders.entries()) {
    const ownSlots = Math.max(leastSlots, Math.ceil(capacity * variety));
    const ownMarks = isRare ? capacity * marksPerToken : 0;
    firstSlots[order] = slots;
    firstMarks[order] = marks;
    slotsPerKey[order] = ownSlots / keyCount;
    marksPerKey[order] = ownMarks / keyCount;
    slots += ownSlots;
    marks += ownMarks;
  }
  return { capacity, slots, firstSlots, slotsPerKey, marks, firstMarks, marksPerKey };
}

/** Where in its order's part of a table a key has its place. */
const partOf = (key: number, first: Float64Array, perKey: Float64Array, order: number): number =>
  Math.floor((first[order] ?? 0) + key * (perKey[order] ?? 0));

/** The arrays of a log, to be counted or given away. */
export const arraysOf = (parts: LogParts) => [
  parts.hashes,
  parts.offsets,
  parts.codes,
  parts.links,
  parts.heads,
  parts.marks,
];

const sizeBytesOf = (arrays: readonly ArrayBufferView[]): number =>
  arrays.reduce((sum, { byteLength }) => sum + byteLength, 0);

/** What can number so many tokens. */
const linksFor = (tokens: number) => (tokens > mostShortTokens ? Int32Array : Uint16Array);

const cut = <T extends Int32Array<ArrayBuffer> | Uint16Array<ArrayBuffer>>(
  from: T,
  length: number,
): T => (from.length > length ? (from.slice(0, length) as T) : from);

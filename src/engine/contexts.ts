import { isLineEnd } from "./lexer.ts";
import { skeletonOf } from "./skeleton.ts";

/**
 * A kind of context that places are found by: so many tokens before the place, `exact` ones, or `begun`: with the first
 * character of what follows, which serves a word that is partly typed, or their `skeleton`. `long` is exact within a line;
 * at a line's start it is how the line above begins.
 */
export interface Order {
  readonly tokens: number;
  readonly kind: "begun" | "exact" | "long" | "skeleton";
  /** How many different contexts there mostly are for a token, about: the room they are given. */
  readonly variety: number;
  /** Whether a text mostly has none that is looked for, so that it pays to note which it has. */
  readonly isRare: boolean;
}

/** The exact ones by their tokens, the fewest first. */
export const orders: readonly Order[] = [
  { kind: "begun", tokens: 0, variety: 0.01, isRare: false },
  { kind: "begun", tokens: 1, variety: 0.25, isRare: false },
  { kind: "exact", tokens: 1, variety: 0.16, isRare: false },
  { kind: "exact", tokens: 2, variety: 0.25, isRare: false },
  { kind: "exact", tokens: 3, variety: 0.25, isRare: true },
  { kind: "exact", tokens: 5, variety: 0.25, isRare: true },
  { kind: "long", tokens: 8, variety: 0.25, isRare: false },
  { kind: "skeleton", tokens: 6, variety: 0.25, isRare: true },
];
export const longOrder = orders.findIndex(({ kind }) => kind === "long");
export const skeletonOrder = orders.findIndex(({ kind }) => kind === "skeleton");
/** The shortest of the rare exact ones: where it does not occur, no longer one does. */
export const rareOrder = orders.findIndex(({ kind, isRare }) => kind === "exact" && isRare);

/** How many tokens before a place its contexts may reach back. */
export const contextTokens = 24;

/** Tokens as their hashes. Those from `floor` up to the place at `end` are before it; beyond them there is none, which is 0. */
export interface Before {
  readonly hashes: Int32Array;
  readonly end: number;
  readonly floor: number;
}

const orderCount = orders.length;
// `orders` as numbers: keys are made for every token that is read.
const begun = 0;
const exact = 1;
const long = 2;
const skeleton = 3;
const numberOf = { begun, exact, long, skeleton };
const kinds = Uint8Array.from(orders, ({ kind }) => numberOf[kind]);
const lengths = Uint8Array.from(orders, ({ tokens }) => tokens);

/**
 * The contexts before a place as numbers, one for each of `orders`, put into `keys`. `code` is the first UTF-16 unit that
 * follows.
 */
export function contextKeys({ hashes, end, floor }: Before, code: number, keys: Int32Array): void {
  const isLineStart = end > floor && isLineEnd(hashes[end - 1] ?? 0);
  let key = 0;
  let at = end;
  for (let order = 0; order < orderCount; order += 1) {
    const kind = kinds[order];
    const tokens = lengths[order] ?? 0;
    if (kind === skeleton) {
      keys[order] = skeletonKey(hashes, end, floor, tokens);
      continue;
    }
    for (const first = end - tokens; at > first;) {
      at -= 1;
      key = mixed(key, hashIn(hashes, at, floor));
    }
    if (kind === begun) keys[order] = Math.imul((key ^ (code * 0x2c1b)) + tokens, spread);
    else if (kind === long && isLineStart) keys[order] = lineKey(hashes, end - 1, floor);
    else keys[order] = Math.imul(key + 1 + tokens, spread);
  }
}

const hashIn = (hashes: Int32Array, at: number, floor: number): number =>
  at < floor ? 0 : (hashes[at] ?? 0);

function skeletonKey(hashes: Int32Array, end: number, floor: number, tokens: number): number {
  let key = 77;
  for (let at = end - 1; at >= end - tokens; at -= 1) {
    key = mixed(key, skeletonOf(hashIn(hashes, at, floor)));
  }
  return Math.imul(key, spread);
}

/** How the line above begins: its first token and the skeleton of its second. Long lines are alike by their end alone. */
function lineKey(hashes: Int32Array, end: number, floor: number): number {
  const reach = Math.max(floor, end + 1 - contextTokens);
  const start = lineStart(hashes, end, reach);
  const second = start + 1 < end ? skeletonOf(hashes[start + 1] ?? 0) : 0;
  const isWhole = start > end + 1 - contextTokens && start < end;
  const first = isWhole ? (hashes[start] ?? 0) : 0;
  return Math.imul(mixed(mixed(mixed(51, first), second), hashes[end] ?? 0), spread);
}

/** Where the line starts that goes to `end`, as far as the tail reaches. */
export const lineStartIn = (tail: Int32Array, end: number): number => lineStart(tail, end, 0);

function lineStart(hashes: Int32Array, end: number, reach: number): number {
  let start = end;
  for (; start > reach; start -= 1) {
    const before = hashes[start - 1] ?? 0;
    if (before === 0 || isLineEnd(before)) break;
  }
  return start;
}

const spread = 0x85ebca6b;

function mixed(key: number, hash: number): number {
  const next = Math.imul(key ^ hash, 0x9e3779b1);
  return next ^ (next >>> 15);
}

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
}

/** The exact ones by their tokens, the fewest first. */
export const orders: readonly Order[] = [
  { kind: "begun", tokens: 0 },
  { kind: "begun", tokens: 1 },
  { kind: "exact", tokens: 1 },
  { kind: "exact", tokens: 2 },
  { kind: "exact", tokens: 3 },
  { kind: "exact", tokens: 5 },
  { kind: "long", tokens: 8 },
  { kind: "skeleton", tokens: 6 },
];
const none: Order = { kind: "exact", tokens: 0 };
export const longOrder = orders.findIndex(({ kind }) => kind === "long");
export const skeletonOrder = orders.findIndex(({ kind }) => kind === "skeleton");

/** How many tokens before a place its contexts may reach back. */
export const contextTokens = 24;

/**
 * The contexts before a place as numbers, one for each of `orders`, put into `keys`. `tail` ends with the tokens before
 * the place, 0 standing for none; `code` is the first UTF-16 unit that follows.
 */
export function contextKeys(tail: Int32Array, code: number, keys: Int32Array): void {
  const isLineStart = isLineEnd(tail[tail.length - 1] ?? 0);
  let exact = 0;
  let tokens = 0;
  for (let order = 0; order < orders.length; order += 1) {
    const { kind, tokens: wanted } = orders[order] ?? none;
    if (kind === "skeleton") {
      keys[order] = skeletonKey(tail, wanted);
      continue;
    }
    for (; tokens < wanted; tokens += 1) exact = mixed(exact, tail[tail.length - 1 - tokens] ?? 0);
    if (kind === "begun") keys[order] = Math.imul((exact ^ (code * 0x2c1b)) + wanted, spread);
    else if (kind === "long" && isLineStart) keys[order] = lineKey(tail);
    else keys[order] = Math.imul(exact + 1 + wanted, spread);
  }
}

function skeletonKey(tail: Int32Array, tokens: number): number {
  let key = 77;
  for (let back = 1; back <= tokens; back += 1) {
    key = mixed(key, skeletonOf(tail[tail.length - back] ?? 0));
  }
  return Math.imul(key, spread);
}

/** How the line above begins: its first token and the skeleton of its second. Long lines are alike by their end alone. */
function lineKey(tail: Int32Array): number {
  const end = tail.length - 1;
  const start = lineStartIn(tail, end);
  const second = start + 1 < end ? skeletonOf(tail[start + 1] ?? 0) : 0;
  const first = start > 0 && start < end ? (tail[start] ?? 0) : 0;
  return Math.imul(mixed(mixed(mixed(51, first), second), tail[end] ?? 0), spread);
}

/** Where the line starts that goes to `end`, as far as the tail reaches. */
export function lineStartIn(tail: Int32Array, end: number): number {
  let start = end;
  while (start > 0 && tail[start - 1] !== 0 && !isLineEnd(tail[start - 1] ?? 0)) start -= 1;
  return start;
}

const spread = 0x85ebca6b;

function mixed(key: number, hash: number): number {
  const next = Math.imul(key ^ hash, 0x9e3779b1);
  return next ^ (next >>> 15);
}

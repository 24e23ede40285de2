import { isWordCode } from "./lexer.ts";
import { type Match } from "./search.ts";

/** Peers that share so many tokens less than the match have no say. */
const toleratedTokens = 8;
/** The part of the peers that must go on in the same way, by weight, with some added for the match itself. */
const leastShare = 0.8;
const ownWeight = 2;
/** By nearness: elsewhere, in the same folder, below and above the cursor. */
const weights = [1, 2, 2, 2];
const nextToken = /\s*(?:[\w$\u{80}-\u{10FFFF}]+|\S)/uy;

/**
 * Cuts a copy where the other occurrences of the same context stop agreeing with it. The first
 * `certainTokens` tokens stay whatever they say. Undefined when nothing is left.
 */
export function agreedPart(
  copy: string,
  match: Match,
  peers: readonly Match[],
  certainTokens: number,
): string | undefined {
  let voices = peers.filter((peer) => peer.tokens >= match.tokens - toleratedTokens);
  let end = 0;
  for (let count = 0; ; count += 1) {
    const piece = pieceAt(copy, end);
    if (piece === "") return copy;
    const agreeing = voices.filter((peer) => goesOnWith(piece, peer, end));
    const share = (weightOf(agreeing) + ownWeight) / (weightOf(voices) + ownWeight);
    if (share < leastShare && count >= certainTokens) break;
    voices = agreeing;
    end += piece.length;
  }
  return end === 0 ? undefined : copy.slice(0, end);
}

/** The next token with the blanks before it; empty at the end. */
function pieceAt(copy: string, offset: number): string {
  nextToken.lastIndex = offset;
  return nextToken.exec(copy)?.[0] ?? "";
}

/** A word must end where the piece does: `foobar` is no voice for `foo`. */
function goesOnWith(piece: string, peer: Match, offset: number): boolean {
  const start = peer.offset + offset;
  if (!peer.text.startsWith(piece, start)) return false;
  const end = start + piece.length;
  return !isWordCode(piece.charCodeAt(piece.length - 1)) || !isWordCode(peer.text.charCodeAt(end));
}

/** What is nearer says more. */
function weightOf(voices: readonly Match[]): number {
  let sum = 0;
  for (const voice of voices) sum += weights[voice.nearness] ?? 1;
  return sum;
}

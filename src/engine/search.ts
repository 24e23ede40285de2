import { type Corpus, type Place } from "./corpus.ts";
import { isSpaceCode, isWordCode, newlineHash } from "./lexer.ts";
import { type TextAbove } from "./textAbove.ts";
import { contextLengths, type TokenLog } from "./tokenLog.ts";

const longestMatchTokens = 32;
const mostPeers = 128;

/** Where the text is to go on, read off the tokens above. */
export interface Cursor {
  readonly log: TokenLog;
  readonly floor: number;
  /** The tokens before this index are the context. */
  readonly end: number;
  /** The word that touches the cursor on its left; it may be unfinished. */
  readonly prefix: string;
  /** What stands on the line to the left of the cursor, without its indentation. */
  readonly typed: string;
  /** True when a blank touches the cursor on its left. */
  readonly hasSpace: boolean;
  /** How many tokens of the context stand on the cursor's line. */
  readonly lineTokens: number;
}

/** An occurrence to copy from. */
export interface Match {
  readonly text: string;
  /** Where in `text` the copy starts. */
  readonly offset: number;
  /** How many tokens before the cursor are the same. */
  readonly tokens: number;
  readonly nearness: Place["nearness"];
}

/** Reads the cursor off the text above it. */
export function cursorAt(above: TextAbove): Cursor {
  const { log, place } = above;
  const { text, floor } = place;
  const last = log.count - 1;
  const isInWord = last > floor && isWordCode(text.charCodeAt(text.length - 1));
  const end = isInWord ? last : log.count;
  let lineTokens = 0;
  while (end - lineTokens - 1 > floor && log.hashAt(end - lineTokens - 1) !== newlineHash) {
    lineTokens += 1;
  }
  const lineStart = text.lastIndexOf("\n") + 1;
  return {
    log,
    floor,
    end,
    prefix: isInWord ? text.slice(log.offsetAt(last)) : "",
    typed: text.slice(lineStart).trimStart(),
    hasSpace: isSpaceCode(text.charCodeAt(text.length - 1)),
    lineTokens,
  };
}

/** The newest line of a corpus that starts with what is typed on the cursor's line. */
export function findLine(cursor: Cursor, corpus: Corpus): Match | undefined {
  const { typed, log, floor } = cursor;
  if (typed === "") return undefined;
  const lineIndex = cursor.end - cursor.lineTokens;
  let found: Match | undefined;
  visit(corpus, 0, log.contextKeys(lineIndex, floor, typed.charCodeAt(0))[0], (index, place) => {
    if (corpus.log === log && index >= lineIndex) return false;
    const offset = corpus.log.offsetAt(index);
    if (!place.text.startsWith(typed, offset)) return false;
    if (corpus.log.hashAt(index - 1) !== newlineHash) return false;
    const tokens = cursor.lineTokens + sharedTokens(cursor, lineIndex, { corpus, index, place });
    found = matchAt(place, offset + typed.length, tokens);
    return true;
  });
  return found;
}

/** What a search over contexts found. */
export interface ContextMatches {
  /** The occurrence that shares most tokens with the cursor; of equal ones the nearest, then newest. */
  readonly best: Match | undefined;
  /** Occurrences seen on the way, from which follows how sure the best one is. */
  readonly peers: readonly Match[];
}

/** Looks for occurrences of what stands before the cursor, widest contexts first. */
export function findContext(cursor: Cursor, corpora: readonly Corpus[]): ContextMatches {
  let best: Match | undefined;
  const peers: Match[] = [];
  const code = cursor.prefix.charCodeAt(0);
  const keys = cursor.log.contextKeys(cursor.end, cursor.floor, code);
  for (const corpus of corpora) {
    for (let order = contextLengths.length - 1; order >= 0; order -= 1) {
      const shared = {
        least: contextLengths[order] ?? 0,
        below: contextLengths[order + 1] ?? Infinity,
      };
      const needsWord = order < 2;
      if ((best && best.tokens >= shared.below) || (needsWord && cursor.prefix === "")) break;
      visit(corpus, order, keys[order], (index, place) => {
        const match = fit(cursor, { corpus, index, place });
        // A place is also on the chains of its narrower contexts; it counts once, on its widest.
        if (!match || match.tokens < shared.least || match.tokens >= shared.below) return false;
        if (peers.length < mostPeers) peers.push(match);
        best = better(best, match);
        return false;
      });
    }
  }
  return { best, peers };
}

interface Spot {
  readonly corpus: Corpus;
  readonly index: number;
  readonly place: Place;
}

function fit(cursor: Cursor, spot: Spot): Match | undefined {
  const { corpus, index, place } = spot;
  const { log } = corpus;
  if (log === cursor.log && index >= cursor.end) return undefined;
  const start = log.offsetAt(index);
  if (!place.text.startsWith(cursor.prefix, start)) return undefined;
  const tokens = sharedTokens(cursor, cursor.end, spot);
  if (cursor.prefix !== "") return matchAt(place, start + cursor.prefix.length, tokens);
  if (cursor.typed === "") return matchAt(place, start, tokens);
  const gap = gapBefore(place.text, start);
  if (!cursor.hasSpace) return matchAt(place, start - gap, tokens);
  return gap === 0 ? undefined : matchAt(place, start, tokens);
}

function better(best: Match | undefined, match: Match | undefined): Match | undefined {
  if (!best || !match) return best ?? match;
  const gain = match.tokens - best.tokens || match.nearness - best.nearness;
  return gain > 0 ? match : best;
}

function matchAt(place: Place, offset: number, tokens: number): Match {
  return { text: place.text, offset, tokens, nearness: place.nearness };
}

/** Walks a chain from the newest place on until `take` returns true or enough were seen. */
function visit(
  corpus: Corpus,
  order: number,
  key = 0,
  take: (index: number, place: Place) => boolean,
): void {
  const { log } = corpus;
  let left = corpus.visitLimit;
  for (let index = log.newest(key); index >= 0 && left > 0; index = log.older(index, order)) {
    const place = corpus.placeOf(index);
    if (place && take(index, place)) return;
    left -= 1;
  }
}

/** How many tokens before the cursor's token `end` are those before the spot. */
function sharedTokens(cursor: Cursor, end: number, spot: Spot): number {
  const { log } = spot.corpus;
  const most = Math.min(longestMatchTokens, end - cursor.floor, spot.index - spot.place.floor);
  let shared = 0;
  while (
    shared < most &&
    log.hashAt(spot.index - 1 - shared) === cursor.log.hashAt(end - 1 - shared)
  ) {
    shared += 1;
  }
  return shared;
}

/** How many blanks stand before the offset on its line. */
function gapBefore(text: string, offset: number): number {
  let start = offset;
  while (start > 0 && isSpaceCode(text.charCodeAt(start - 1))) start -= 1;
  return offset - start;
}

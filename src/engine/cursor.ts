import { contextTokens } from "./contexts.ts";
import { isSpaceCode, isWordCode, tokenEnd } from "./lexer.ts";
import type { TextAbove } from "./textAbove.ts";

/** Where the text is to go on, read off the text above. */
export interface Cursor {
  /** The hashes of the tokens before it and before the word it touches, the last at the end; 0 for none. */
  readonly tail: Int32Array;
  /** The text of each of them. */
  readonly texts: ReadonlyMap<number, string>;
  /** The word that touches it on its left; it may be unfinished. */
  readonly prefix: string;
  /** The index in the log of the first token that is not before it. */
  readonly end: number;
  /** Whether a blank touches it on its left. */
  readonly hasSpace: boolean;
  /** Whether nothing but blanks stands left of it on its line. */
  readonly isLineStart: boolean;
}

/** Whether nothing but blanks stands behind the last line end. */
const isLineStart = (before: string): boolean =>
  before.slice(before.lastIndexOf("\n") + 1).trim() === "";

/** Reads the cursor off the text above it. */
export function cursorAt({ log, place: { text, floor } }: TextAbove): Cursor {
  const last = log.count - 1;
  const isInWord = last > floor && isWordCode(text.charCodeAt(text.length - 1));
  const end = isInWord ? last : log.count;
  const tail = new Int32Array(contextTokens);
  const texts = new Map<number, string>();
  for (let back = 1; back <= contextTokens && end - back >= floor; back += 1) {
    const hash = log.hashAt(end - back);
    const start = log.offsetAt(end - back);
    tail[contextTokens - back] = hash;
    texts.set(hash, text.slice(start, tokenEnd(text, start)));
  }
  return {
    tail,
    texts,
    prefix: isInWord ? text.slice(log.offsetAt(last)) : "",
    end,
    hasSpace: isSpaceCode(text.charCodeAt(text.length - 1)),
    isLineStart: isLineStart(text),
  };
}

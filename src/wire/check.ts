import type { Edit } from "./edit.ts";
import type { OpenMessage } from "./messages.ts";

/** How far the check looks to either side of the cursor, in UTF-16 units. */
export const checkReachChars = 128;

const seed = 0x2f6b_19c3;

/** In the place of a number of deleted units. */
const filled = -1;

/**
 * What was said of a document since it was opened, as both ends follow it: a digest of its number and name, of the
 * texts that were sent and the edits, and how many they were. Both begin anew at every open.
 */
export class DocumentDigest {
  #digest: number;
  #version = 0;

  constructor(document: number, { isConfined, path, languageId }: OpenMessage["name"]) {
    const head = mix(mix(seed, document), isConfined ? 1 : 0);
    // UTF-8 carries no lone surrogates: both ends must have the name that arrives.
    this.#digest = mixText(mixText(head, path.toWellFormed()), languageId.toWellFormed());
  }

  edit({ offset, deletedChars, text }: Edit): void {
    this.#digest = mixText(mix(mix(this.#digest, offset), deletedChars), text);
    this.#version++;
  }

  /** A text that was unknown to the gateway before: that of an `open` or a `fill`. */
  fill(offset: number, text: string): void {
    this.edit({ offset, deletedChars: filled, text });
  }

  /** The digest and the number of its parts, mixed into one. */
  get state(): number {
    return mix(this.#digest, this.#version);
  }
}

/** A snippet's part in the check. */
export const snippetHash = (text: string): number => mixText(seed, text);

/** What an ask's check is made of. */
export interface CheckedState {
  readonly stream: number;
  readonly digest: DocumentDigest;
  readonly lengthChars: number;
  readonly offset: number;
  /** The hashes of the snippets in use, in order, as `joinHashes` gives them. */
  readonly snippets: number;
  /** The text round the cursor, `checkReachChars` to either side or to the document's borders. */
  readonly near: string;
}

/** The 16 bits. Two different states have the same with a probability of 2^-16. */
export function checkOf({
  stream,
  digest,
  lengthChars,
  offset,
  snippets,
  near,
}: CheckedState): number {
  let hash = mix(mix(mix(mix(digest.state, stream), lengthChars), offset), snippets);
  hash = mixText(hash, near);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return (hash ^ (hash >>> 16)) & 0xffff;
}

/** The hashes of the snippets in use as one. */
export const joinHashes = (hashes: readonly number[]): number => hashes.reduce(mix, seed);

function mix(hash: number, value: number): number {
  const product = Math.imul(hash ^ value, 0x9e37_79b1);
  return product ^ (product >>> 15);
}

/** Shorter texts, as most edits are, are mixed sooner than they are copied. */
const shortChars = 16;
/** An even number: only the last unit of a text is without a second one. */
const scratchChars = 1_024;
const scratch = Buffer.alloc(2 * scratchChars);
const scratchView = new DataView(scratch.buffer, scratch.byteOffset, scratch.length);

/** Two units at a time. */
function mixText(start: number, text: string): number {
  const hash = mix(start, text.length);
  return text.length > shortChars ? mixCopy(hash, text) : mixUnits(hash, text);
}

function mixUnits(start: number, text: string): number {
  let hash = start;
  const even = text.length & ~1;
  for (let at = 0; at < even; at += 2) {
    hash = mix(hash, text.charCodeAt(at) | (text.charCodeAt(at + 1) << 16));
  }
  return even < text.length ? mix(hash, text.charCodeAt(even)) : hash;
}

/** The same through a copy, since a string is slow to give its units, slower still in a process that has seen both Latin and other scripts. */
function mixCopy(start: number, text: string): number {
  let hash = start;
  for (let at = 0; at < text.length; at += scratchChars) {
    const sizeBytes = scratch.write(text.slice(at, at + scratchChars), 0, "utf16le");
    const even = sizeBytes & ~3;
    for (let byte = 0; byte < even; byte += 4) hash = mix(hash, scratchView.getInt32(byte, true));
    if (even < sizeBytes) hash = mix(hash, scratchView.getUint16(even, true));
  }
  return hash;
}

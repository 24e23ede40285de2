import { Failure } from "../base/failure.ts";
import { ByteWriter, decodeUtf8 } from "./bytes.ts";
import { inflateLimits } from "./limits.ts";

/**
 * UTF-8 whose lines say how their indentation differs from that of the line before, in bytes that UTF-8 never has.
 * So a block has the same bytes at every depth, and is found again in what was sent and in the dictionary; 3 % of what
 * is compressed. PROTOCOL.md section 2.
 */
const stepsChars = [16, 8, 4, 2, 1] as const;
const firstAdded = 0xf5;
const tabAdded = 0xfa;
const firstTaken = 0xfb;
/** A deeper line stands as it is. */
const maxIndentChars = 64;
const maxTextBytes = inflateLimits.maxBytes;

const [tab, lineFeed, carriageReturn, space] = [0x09, 0x0a, 0x0d, 0x20];
/** A line that begins so stands as it is. */
const bareStarts = new Set([tab, lineFeed, carriageReturn, space]);
const indentation = /[ \t]*/y;

/** The bytes of a text whose characters are whole. */
export function encodeLines(text: string): Uint8Array {
  const bytes = new ByteWriter(text.length);
  let indent = "";
  let at = 0;
  while (at < text.length) {
    const end = text.indexOf("\n", at) + 1 || text.length;
    indentation.lastIndex = at;
    const own = indentation.exec(text)?.[0] ?? "";
    const start = at + own.length;
    const isBlank = start === text.length || text[start] === "\n" || text[start] === "\r";
    if (isBlank || own.length > maxIndentChars) bytes.rest(text.slice(at, end));
    else {
      writeChange(bytes, indent, own);
      bytes.rest(text.slice(start, end));
      indent = own;
    }
    at = end;
  }
  return bytes.finish();
}

function writeChange(bytes: ByteWriter, from: string, to: string): void {
  let same = 0;
  while (same < from.length && from[same] === to[same]) same++;
  writeSteps(bytes, firstTaken, from.length - same);
  for (const part of to.slice(same).match(/\t| +/g) ?? []) {
    if (part === "\t") bytes.byte(tabAdded);
    else writeSteps(bytes, firstAdded, part.length);
  }
}

function writeSteps(bytes: ByteWriter, first: number, chars: number): void {
  let left = chars;
  for (const [index, step] of stepsChars.entries()) {
    for (; left >= step; left -= step) bytes.byte(first + index);
  }
}

/** The text behind such bytes; what is none, or longer than a payload may be, is a failure before it is made. */
export function decodeLines(bytes: Uint8Array): string {
  const text = new ByteWriter(bytes.length);
  const indent = new Indent();
  let sizeBytes = 0;
  let at = 0;
  while (at < bytes.length) {
    const isSame = !indent.isChange(bytes[at]);
    while (indent.isChange(bytes[at])) indent.change(bytes[at++]);
    const end = bytes.indexOf(lineFeed, at) + 1 || bytes.length;
    const isBare = at === end || bareStarts.has(bytes[at] ?? 0);
    if (isBare && !isSame) throw new Failure("protocol", "an indentation without a line");
    const margin = isBare ? nothing : indent.bytes;
    sizeBytes += margin.length + end - at;
    if (sizeBytes > maxTextBytes) throw new Failure("too-large", "a text is indented too much");
    text.bytes(margin).bytes(bytes.subarray(at, end));
    at = end;
  }
  return decodeUtf8(text.finish());
}

const nothing = new Uint8Array();

/** The indentation at one line, as the reader follows it. */
class Indent {
  readonly #chars = new Uint8Array(maxIndentChars);
  #length = 0;

  get bytes(): Uint8Array {
    return this.#chars.subarray(0, this.#length);
  }

  isChange(byte = 0): boolean {
    return byte >= firstAdded;
  }

  change(code = 0): void {
    const isTaken = code >= firstTaken;
    const step = stepsChars[code - (isTaken ? firstTaken : firstAdded)] ?? 1;
    const length = this.#length + (isTaken ? -step : step);
    if (length < 0 || length > maxIndentChars) {
      throw new Failure("protocol", "no line is indented so");
    }
    if (!isTaken) this.#chars.fill(code === tabAdded ? tab : space, this.#length, length);
    this.#length = length;
  }
}

import { Failure } from "../base/failure.ts";

/**
 * UTF-8 in which runs of spaces take one byte: Enter in a deep block is two bytes instead of twenty. The bytes from
 * 0xf8 on never occur in UTF-8; here they stand for 4, 8, ... 32 spaces. PROTOCOL.md section 6.
 */
const firstCode = 0xf8;
const step = 4;
const spaces = / {4,32}/g;

/** The bytes of a text whose characters are whole. */
export function encodeIndented(text: string): Uint8Array {
  if (!text.includes("    ")) return Buffer.from(text);
  const parts: Uint8Array[] = [];
  let at = 0;
  for (const { 0: run, index } of text.matchAll(spaces)) {
    const coded = Math.floor(run.length / step);
    parts.push(Buffer.from(text.slice(at, index)), Uint8Array.of(firstCode + coded - 1));
    at = index + coded * step;
  }
  return Buffer.concat([...parts, Buffer.from(text.slice(at))]);
}

/** The UTF-8 behind such bytes. More than `maxBytes` is a `too-large` failure, before any of it is made. */
export function expandIndented(bytes: Uint8Array, maxBytes: number): Uint8Array {
  let sizeBytes = bytes.length;
  for (const byte of bytes) if (byte >= firstCode) sizeBytes += spacesOf(byte) - 1;
  if (sizeBytes === bytes.length) return bytes;
  if (sizeBytes > maxBytes) throw new Failure("too-large", "a text has too many spaces");
  const expanded = Buffer.allocUnsafe(sizeBytes);
  let at = 0;
  for (const byte of bytes) {
    if (byte < firstCode) expanded[at++] = byte;
    else {
      const end = at + spacesOf(byte);
      expanded.fill(" ", at, end);
      at = end;
    }
  }
  return expanded;
}

const spacesOf = (code: number): number => (code - firstCode + 1) * step;

import { Failure } from "../base/failure.ts";
import { maxFrameBytes } from "../wire/limits.ts";

const lengthBytes = 4;
/** A length from here on is of a close record: its code and reason follow (PROTOCOL.md section 13). */
const closeMark = 0x8000_0000;
const codeBytes = 2;
const maxReasonBytes = 123;

/** One thing on a byte stream: a frame, or the last word of an end that closes. */
export type LinkRecord =
  | { readonly kind: "frame"; readonly bytes: Uint8Array }
  | { readonly kind: "close"; readonly code: number; readonly reason: string };

/** A frame behind its length. */
export function frameRecord(frame: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(lengthBytes + frame.length);
  bytes.writeUInt32BE(frame.length, 0);
  bytes.set(frame, lengthBytes);
  return bytes;
}

/** The record that ends a direction. A reason longer than 123 bytes is cut between characters. */
export function closeRecord(code: number, reason: string): Buffer {
  const room = new Uint8Array(maxReasonBytes);
  const { written } = new TextEncoder().encodeInto(reason, room);
  const bytes = Buffer.alloc(lengthBytes + codeBytes + written);
  bytes.writeUInt32BE(closeMark + codeBytes + written, 0);
  bytes.writeUInt16BE(code, lengthBytes);
  bytes.set(room.subarray(0, written), lengthBytes + codeBytes);
  return bytes;
}

/** Cuts a byte stream into records. Keeps at most one incomplete one, in one buffer however small its pieces are. */
export class RecordReader {
  /** What of an incomplete record has come, at its beginning; larger than that where more is expected. */
  #held = nothing;
  #heldBytes = 0;
  #neededBytes = lengthBytes;

  /** Whether the stream stands between two records. */
  get isWhole(): boolean {
    return this.#heldBytes === 0;
  }

  /**
   * The records that are whole with these bytes, one at a time: whoever stops reading has ended the stream.
   * Throws `too-large` for a length that no frame has, `protocol` for a close record that is none.
   */
  *push(chunk: Buffer): Generator<LinkRecord> {
    let bytes = chunk;
    if (this.#heldBytes > 0) {
      this.#hold(chunk);
      if (this.#heldBytes < this.#neededBytes) return;
      bytes = this.#held.subarray(0, this.#heldBytes);
    }
    this.#neededBytes = lengthBytes;
    while (bytes.length >= lengthBytes) {
      const { isClose, length } = headOf(bytes);
      if (bytes.length < lengthBytes + length) {
        this.#neededBytes = lengthBytes + length;
        break;
      }
      const body = bytes.subarray(lengthBytes, lengthBytes + length);
      yield isClose ? closeOf(body) : { kind: "frame", bytes: body };
      bytes = bytes.subarray(lengthBytes + length);
    }
    this.#held = nothing; // the records that were in it belong to whoever took them
    this.#heldBytes = 0;
    if (bytes.length > 0) this.#hold(bytes);
  }

  #hold(chunk: Buffer): void {
    const bytes = this.#heldBytes + chunk.length;
    if (bytes > this.#held.length) {
      const grown = Buffer.allocUnsafe(Math.max(bytes, 2 * this.#held.length));
      this.#held.copy(grown, 0, 0, this.#heldBytes);
      this.#held = grown;
    }
    chunk.copy(this.#held, this.#heldBytes);
    this.#heldBytes = bytes;
  }
}

const nothing = Buffer.alloc(0);

/** The length and kind of the record that begins here, checked. */
function headOf(bytes: Buffer): { readonly isClose: boolean; readonly length: number } {
  const head = bytes.readUInt32BE(0);
  const isClose = head >= closeMark;
  const length = isClose ? head - closeMark : head;
  if (isClose && (length < codeBytes || length > codeBytes + maxReasonBytes)) {
    throw new Failure("protocol", "a close record of no possible length");
  }
  if (length > maxFrameBytes) throw new Failure("too-large", `a frame of ${length} bytes`);
  return { isClose, length };
}

const closeOf = (bytes: Buffer): LinkRecord => ({
  kind: "close",
  code: bytes.readUInt16BE(0),
  reason: bytes.toString("utf8", codeBytes),
});

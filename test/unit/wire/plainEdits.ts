/** Section 6 of PROTOCOL.md once more, read as literally as it stands, as `plainCodec.ts` reads the tables. */
import { byteUpTo, type Reader, rest, varint, wide } from "./plainCodec.ts";

/** What an edit frame says: every edit, the cursor, of an ask the check, whether it keeps and what is ahead, and the swap. */
export interface PlainEdits {
  readonly edits: readonly PlainEdit[];
  readonly cursor: number;
  readonly ask: readonly [check: number, keeps: boolean, ahead: PlainAhead] | undefined;
  readonly swap: readonly [index: number, place: number] | undefined;
}

type PlainAhead = readonly [deletedAfter: number, text: string] | undefined;
type PlainEdit = readonly [offset: number, deleted: number, text: string];

/** Where a field is wrong. */
class Unreadable extends Error {}

/** Reads a `typed` or `edit` frame by section 6 alone; undefined for what is none. */
export function readEditsPlainly(frame: Uint8Array, cursor: number): PlainEdits | undefined {
  const [kind = -1] = frame;
  if (kind < 0x80 && frame.length < 3) return undefined;
  if (kind > 0x9f) return undefined;
  const asEdit = kind < 0x80 ? Uint8Array.of(0x89, 0, ...frame) : frame;
  try {
    return readEdit(asEdit, cursor);
  } catch (error) {
    if (error instanceof Unreadable) return undefined;
    throw error;
  }
}

function readEdit(frame: Uint8Array, cursor: number): PlainEdits {
  const [asks, moves, isList, isPlain, isExtended] = bitsOf(frame[0] ?? 0);
  const end = asks ? frame.length - 2 : frame.length;
  if (end < 1) throw new Unreadable();
  const fields = new Fields([...frame.slice(1, end)]);
  const extension = isExtended ? fields.next(byteUpTo(15)) : 0;
  const [isWide, keeps, swaps, isAhead] = bitsOf(extension);
  if ((keeps || isAhead) && !asks) throw new Unreadable();
  const swap = swaps
    ? ([fields.next(byteUpTo(255)), fields.next(byteUpTo(255))] as const)
    : undefined;
  const text = isWide ? wide : indented;
  const ahead = isAhead
    ? ([fields.next(varint), fields.text(fields.next(varint), text)] as const)
    : undefined;
  if (ahead && ahead[1].length > 8_192) throw new Unreadable();
  const moved = moves ? signed(fields.next(varint)) : 0;
  const edits = isList
    ? listOf(fields, cursor, { isPlain, text })
    : [singleOf(fields, cursor, { isPlain, text })];
  if (fields.left > 0) throw new Unreadable();
  const check = 256 * (frame[end] ?? 0) + (frame[end + 1] ?? 0);
  const at = endOf(edits.at(-1) ?? [cursor, 0, ""]);
  return { edits, cursor: at + moved, ask: asks ? [check, keeps, ahead] : undefined, swap };
}

interface Form {
  readonly isPlain: boolean;
  readonly text: Reader;
}

function singleOf(fields: Fields, cursor: number, { isPlain, text }: Form): PlainEdit {
  const offset = cursor + signed(fields.next(varint));
  const deleted = isPlain ? 0 : fields.next(varint);
  return [offset, deleted, fields.text(fields.left, text)];
}

function listOf(fields: Fields, cursor: number, { isPlain, text }: Form): PlainEdit[] {
  const count = fields.next(varint);
  if (count < 2 || count > 4_096) throw new Unreadable();
  const edits: PlainEdit[] = [];
  for (let index = 0; index < count; index++) {
    const before = edits.at(-1);
    const offset = (before ? endOf(before) : cursor) + signed(fields.next(varint));
    const [, deleted, inserted] =
      isPlain && before ? before : [0, fields.next(varint), fields.text(fields.next(varint), text)];
    edits.push([offset, deleted, inserted]);
  }
  return edits;
}

const endOf = ([offset, , text]: PlainEdit): number => offset + text.length;

/** What is left of a frame. */
class Fields {
  #bytes: readonly number[];

  constructor(bytes: readonly number[]) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length;
  }

  next(reader: Reader): number {
    const read = reader(this.#bytes);
    if (!read) throw new Unreadable();
    this.#bytes = this.#bytes.slice(read.size);
    return Number(read.value);
  }

  text(size: number, reader: Reader): string {
    const read = size > this.left ? undefined : reader(this.#bytes.slice(0, size));
    if (!read) throw new Unreadable();
    this.#bytes = this.#bytes.slice(size);
    return String(read.value);
  }
}

/** UTF-8 in which 0xf8 to 0xff are 4, 8, ... 32 spaces. */
const indented: Reader = (bytes) =>
  rest(
    bytes.flatMap((byte) =>
      byte < 0xf8 ? [byte] : new Array<number>(4 * (byte - 0xf7)).fill(0x20),
    ),
  );

type Bits = readonly [boolean, boolean, boolean, boolean, boolean];

/** The five low bits, the lowest first. */
const bitsOf = (kind: number): Bits => [
  kind % 2 === 1,
  kind % 4 >= 2,
  kind % 8 >= 4,
  kind % 16 >= 8,
  kind % 32 >= 16,
];

const signed = (value: number): number => (value % 2 === 0 ? value / 2 : -((value + 1) / 2));

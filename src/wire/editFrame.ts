import { Failure } from "../base/failure.ts";
import { ByteReader, ByteWriter, decodeUtf16, decodeUtf8 } from "./bytes.ts";
import type { Edit } from "./edit.ts";
import { encodeIndented, expandIndented } from "./indentation.ts";
import { editLimits, maxAheadChars } from "./limits.ts";
import type { AheadText } from "./messages.ts";

/** One of the snippets in use is replaced by that in another place. */
export interface SnippetSwap {
  readonly index: number;
  readonly place: number;
}

/** The ask of a frame. */
export interface FrameAsk {
  readonly check: number;
  readonly keepsOlder: boolean;
  readonly ahead?: AheadText | undefined;
}

/** What a `typed` or `edit` frame says. PROTOCOL.md section 6. */
export interface EditFrame {
  readonly edits: readonly Edit[];
  /** Where the cursor is after the edits. */
  readonly cursor: number;
  /** Undefined where no completion is asked. */
  readonly ask: FrameAsk | undefined;
  readonly swap?: SnippetSwap | undefined;
}

const family = 0x80;
const asks = 0x01;
const givesCursor = 0x02;
const isList = 0x04;
/** Of a list: all delete and insert the same. Of a single edit: nothing is deleted. */
const isPlain = 0x08;
const isExtended = 0x10;
const lastKind = family | asks | givesCursor | isList | isPlain | isExtended;

const extended = { isUtf16: 0x01, keepsOlder: 0x02, swaps: 0x04, ahead: 0x08 } as const;
const ofAsks = extended.keepsOlder | extended.ahead;
const allExtended = extended.isUtf16 | extended.swaps | ofAsks;
const checkBytes = 2;

/** Whether a payload of this kind is a `typed` or an `edit` frame. */
export const isEditKind = (kind: number): boolean => kind <= lastKind;

/** Encodes edits of the text whose cursor was at `cursor` before them. */
export function encodeEdits(frame: EditFrame, cursor: number): Uint8Array {
  const { ask } = frame;
  const isUsual = ask && !ask.keepsOlder && !ask.ahead && !frame.swap;
  const text = isUsual ? typedAt(frame, cursor) : undefined;
  if (!ask || text === undefined) return encodeGeneral(frame, cursor);
  if (text.length === 1) return typedUnit(text.charCodeAt(0), ask.check);
  const bytes = encodeIndented(text);
  // Spaces first would look like another kind.
  if ((bytes[0] ?? family) >= family) return encodeGeneral(frame, cursor);
  return new ByteWriter(bytes.length + checkBytes).bytes(bytes).uint16(ask.check).finish();
}

/** The text, if all that happened is that it was typed at the cursor and it can stand on its own. */
function typedAt({ edits, cursor: newCursor }: EditFrame, cursor: number): string | undefined {
  const [edit] = edits;
  if (edits.length !== 1 || edit?.deletedChars !== 0 || edit.offset !== cursor) return undefined;
  const { text } = edit;
  const isPlainStart = text.charCodeAt(0) < family && text.isWellFormed();
  return isPlainStart && newCursor === cursor + text.length ? text : undefined;
}

/** The frame that nearly every key is. */
function typedUnit(unit: number, check: number): Uint8Array {
  const frame = Buffer.allocUnsafe(3);
  frame[0] = unit;
  frame[1] = check >>> 8;
  frame[2] = check & 0xff;
  return frame;
}

function encodeGeneral(frame: EditFrame, cursor: number): Uint8Array {
  const { edits, cursor: newCursor, ask, swap } = frame;
  const list = edits.length > 1 ? edits : undefined;
  const last = edits.at(-1);
  const end = last ? last.offset + last.text.length : newCursor;
  const isUtf16 = !hasWholeCharacters(frame);
  const extension = extensionOf(frame, isUtf16);
  const plain = list ? isUniform(list) : (last?.deletedChars ?? 0) === 0;
  const moved = newCursor === end ? 0 : givesCursor;
  const kind =
    moved |
    (ask ? asks : 0) |
    (list ? isList : 0) |
    (plain ? isPlain : 0) |
    (extension ? isExtended : 0);
  const writer = new ByteWriter().byte(family | kind);
  if (extension !== 0) writer.byte(extension);
  if (swap) writer.byte(swap.index).byte(swap.place);
  const form = { plain, bytesOf: isUtf16 ? encodeUtf16 : encodeIndented };
  if (ask?.ahead) writeAhead(writer, ask.ahead, form);
  if (moved !== 0) writer.zigzag(newCursor - end);
  if (list) writeList(writer, list, cursor, form);
  else writeSingle(writer, last ?? { offset: newCursor, deletedChars: 0, text: "" }, cursor, form);
  if (ask) writer.uint16(ask.check);
  return writer.finish();
}

const hasWholeCharacters = ({ edits, ask }: EditFrame): boolean =>
  edits.every(({ text }) => text.isWellFormed()) && (ask?.ahead?.text ?? "").isWellFormed();

const extensionOf = ({ ask, swap }: EditFrame, isUtf16: boolean): number =>
  (isUtf16 ? extended.isUtf16 : 0) |
  (ask?.keepsOlder === true ? extended.keepsOlder : 0) |
  (ask?.ahead ? extended.ahead : 0) |
  (swap ? extended.swaps : 0);

const encodeUtf16 = (text: string): Uint8Array => Buffer.from(text, "utf16le");

/** How the edits of a frame are written. */
interface WrittenForm {
  readonly plain: boolean;
  readonly bytesOf: (text: string) => Uint8Array;
}

function writeAhead(
  writer: ByteWriter,
  { text, deletedAfterChars }: AheadText,
  { bytesOf }: WrittenForm,
): void {
  const bytes = bytesOf(text);
  writer.varint(deletedAfterChars).varint(bytes.length).bytes(bytes);
}

function writeSingle(
  writer: ByteWriter,
  { offset, deletedChars, text }: Edit,
  cursor: number,
  { plain, bytesOf }: WrittenForm,
): void {
  writer.zigzag(offset - cursor);
  if (!plain) writer.varint(deletedChars);
  writer.bytes(bytesOf(text));
}

const isUniform = ([first, ...others]: readonly Edit[]): boolean =>
  others.every(
    ({ deletedChars, text }) => deletedChars === first?.deletedChars && text === first.text,
  );

function writeList(
  writer: ByteWriter,
  edits: readonly Edit[],
  cursor: number,
  { plain, bytesOf }: WrittenForm,
): void {
  writer.varint(edits.length);
  let at = cursor;
  for (const [index, { offset, deletedChars, text }] of edits.entries()) {
    writer.zigzag(offset - at);
    at = offset + text.length;
    if (plain && index > 0) continue;
    const bytes = bytesOf(text);
    writer.varint(deletedChars).varint(bytes.length).bytes(bytes);
  }
}

/** Decodes a frame of `isEditKind` for a text whose cursor is at `cursor`; offsets may lie outside of it. */
export function decodeEdits(payload: Uint8Array, cursor: number): EditFrame {
  const kind = payload[0] ?? family;
  if (kind < family) return decodeTyped(payload, cursor);
  const isAsk = (kind & asks) !== 0;
  const reader = new ByteReader(payload, 1, isAsk ? checkBytes : 0);
  const { read, keepsOlder, swap, ahead } = readExtension(reader, kind);
  const movedChars = (kind & givesCursor) === 0 ? 0 : reader.zigzag();
  const form = { kind, read };
  const edits =
    (kind & isList) === 0 ? [readSingle(reader, cursor, form)] : readList(reader, cursor, form);
  reader.done();
  const last = edits.at(-1);
  const end = last ? last.offset + last.text.length : cursor;
  return {
    edits: edits.filter(({ deletedChars, text }) => deletedChars > 0 || text !== ""),
    cursor: end + movedChars,
    ask: isAsk ? { check: checkAt(payload), keepsOlder, ahead } : undefined,
    swap,
  };
}

/** How the texts of a frame are read. */
type ReadText = (bytes: Uint8Array) => string;

interface Extension {
  readonly read: ReadText;
  readonly keepsOlder: boolean;
  readonly swap: SnippetSwap | undefined;
  readonly ahead: AheadText | undefined;
}

function readExtension(reader: ByteReader, kind: number): Extension {
  const flags = (kind & isExtended) === 0 ? 0 : reader.byte();
  if (flags > allExtended || ((flags & ofAsks) !== 0 && (kind & asks) === 0)) {
    throw new Failure("protocol", `an edit of kind ${kind} with ${flags}`);
  }
  const hasSwap = (flags & extended.swaps) !== 0;
  const swap = hasSwap ? { index: reader.byte(), place: reader.byte() } : undefined;
  const read = (flags & extended.isUtf16) === 0 ? readIndented : decodeUtf16;
  const ahead = (flags & extended.ahead) === 0 ? undefined : readAhead(reader, read);
  return { read, keepsOlder: (flags & extended.keepsOlder) !== 0, swap, ahead };
}

function readAhead(reader: ByteReader, read: ReadText): AheadText {
  const deletedAfterChars = reader.varint();
  const text = read(reader.bytes(reader.varint()));
  if (text.length > maxAheadChars) throw new Failure("too-large", "an ask is too far ahead");
  return { text, deletedAfterChars };
}

interface EditForm {
  readonly kind: number;
  readonly read: ReadText;
}

function readSingle(reader: ByteReader, cursor: number, { kind, read }: EditForm): Edit {
  const offset = cursor + reader.zigzag();
  const deletedChars = (kind & isPlain) === 0 ? reader.varint() : 0;
  const text = read(reader.bytes(reader.left));
  requireRoom(text.length);
  return { offset, deletedChars, text };
}

function readList(reader: ByteReader, cursor: number, { kind, read }: EditForm): Edit[] {
  const count = reader.varint();
  if (count < 2 || count > editLimits.edits)
    throw new Failure("protocol", `${count} edits in a list`);
  const edits: Edit[] = [];
  let at = cursor;
  let insertedChars = 0;
  for (let index = 0; index < count; index++) {
    const offset = at + reader.zigzag();
    const same = (kind & isPlain) === 0 ? undefined : edits[0];
    const deletedChars = same ? same.deletedChars : reader.varint();
    const text = same ? same.text : read(reader.bytes(reader.varint()));
    at = offset + text.length;
    insertedChars += text.length;
    requireRoom(insertedChars); // one text may be meant for thousands of places
    edits.push({ offset, deletedChars, text });
  }
  return edits;
}

function decodeTyped(payload: Uint8Array, cursor: number): EditFrame {
  if (payload.length <= checkBytes) throw new Failure("protocol", "a frame is cut short");
  const text = readIndented(payload.subarray(0, payload.length - checkBytes));
  requireRoom(text.length);
  return {
    edits: [{ offset: cursor, deletedChars: 0, text }],
    cursor: cursor + text.length,
    ask: { check: checkAt(payload), keepsOlder: false, ahead: undefined },
    swap: undefined,
  };
}

const maxTextBytes = 3 * editLimits.insertedChars;

const readIndented = (bytes: Uint8Array): string => decodeUtf8(expandIndented(bytes, maxTextBytes));

function requireRoom(insertedChars: number): void {
  if (insertedChars > editLimits.insertedChars) {
    throw new Failure("too-large", "the edits of one frame insert too much");
  }
}

function checkAt(payload: Uint8Array): number {
  const high = payload[payload.length - 2] ?? 0;
  return (high << 8) | (payload[payload.length - 1] ?? 0);
}

/**
 * PROTOCOL.md's tables of frames once more, read as literally as they stand: slow, from arrays of field types,
 * with nothing shared with the product. Where both agree, a slip would have to be made twice.
 */
import { isUtf8 } from "node:buffer";
import { failureNumbers } from "../../../src/wire/failureNumbers.ts";
import { readLinesPlainly } from "./plainLines.ts";

type Field =
  | "varint"
  | "counts"
  | "how"
  | "byte"
  | "known"
  | "text"
  | "rest"
  | "lines"
  | "openFlags"
  | "fillFlags"
  | "flagged"
  | "id"
  | "hash"
  | "places";
type Layouts = Readonly<Record<number, readonly Field[]>>;

const clientLayouts: Layouts = {
  0xa1: ["varint", "openFlags", "text", "text", "varint", "varint", "varint", "flagged"],
  0xa2: ["varint", "varint", "id"],
  0xa3: ["varint", "fillFlags", "varint", "flagged"],
  0xa4: ["varint"],
  0xa5: ["varint"],
  0xa6: ["varint", "hash"],
  0xa7: ["byte", "lines"],
  0xa8: ["places"],
  0xa9: ["varint"],
  0xaa: ["varint"],
  0xab: ["varint", "rest"],
  0xac: ["varint", "varint"],
  0xad: ["varint"],
};
const gatewayLayouts: Layouts = {
  0x00: ["rest"],
  0x01: ["varint", "rest"],
  0x02: ["varint", "rest"],
  0x03: ["varint", "varint", "varint", "varint", "varint", "counts", "how"],
  0x04: ["varint"],
  0x05: ["varint", "byte", "rest"],
  0x07: ["varint"],
  0x08: ["varint", "known"],
  0x09: ["varint"],
  0x0a: [],
  0x0b: ["varint", "rest"],
};

/** The fields of a client's frame, by the table alone; undefined for what is none. `hello` it does not know. */
export const readClientPlainly = (frame: Uint8Array): readonly unknown[] | undefined =>
  readBy(clientLayouts, frame);

/** The same for the gateway's frames but `welcome`. */
export const readGatewayPlainly = (frame: Uint8Array): readonly unknown[] | undefined =>
  readBy(gatewayLayouts, frame);

function readBy(layouts: Layouts, frame: Uint8Array): readonly unknown[] | undefined {
  const [kind = -1, ...rest] = frame;
  const layout = layouts[kind];
  if (!layout) return undefined;
  const fields = readFields(layout, rest);
  return fields && [kind, ...fields];
}

function readFields(
  layout: readonly Field[],
  bytes: readonly number[],
): (number | string)[] | undefined {
  let left = bytes;
  const fields: (number | string)[] = [];
  const flagsAt = layout.findIndex((field) => field.endsWith("Flags"));
  for (const field of layout) {
    const flags = Number(fields[flagsAt]);
    const isWide = field === "flagged" && flags >= 2;
    const read = isWide ? wide(left) : readers[field](left);
    if (!read) return undefined;
    // The wide form of a text that needs none says the same as the narrow one.
    if (isWide && String(read.value).isWellFormed()) fields[flagsAt] = flags - 2;
    fields.push(read.value);
    left = left.slice(read.size);
  }
  return left.length === 0 ? fields : undefined;
}

/** What was read at the start of some bytes, and how many they were. */
export interface Read {
  readonly value: number | string;
  readonly size: number;
}
/** Reads one field; undefined where it is none. */
export type Reader = (bytes: readonly number[]) => Read | undefined;

/** A byte with no more than this value. */
export const byteUpTo =
  (highest: number): Reader =>
  ([value]) =>
    value === undefined || value > highest ? undefined : { value, size: 1 };

const hexOf =
  (size: number): Reader =>
  (bytes) =>
    bytes.length < size
      ? undefined
      : { value: Buffer.from(bytes.slice(0, size)).toString("hex"), size };

/** UTF-8 to the end. */
export const rest: Reader = (bytes) => {
  const text = textOf(bytes);
  return text === undefined ? undefined : { value: text, size: bytes.length };
};

/** UTF-8 to the end, each line behind the change of its indentation. */
const lines: Reader = (bytes) => {
  const text = readLinesPlainly(bytes);
  const read = text && rest(text);
  return read && { value: read.value, size: bytes.length };
};

/** An unsigned number of 32 bits. */
export const varint: Reader = (bytes) => {
  const size = bytes.findIndex((byte) => byte < 0x80) + 1;
  if (size === 0 || size > 5) return undefined;
  const groups = bytes.slice(0, size).map((byte) => (byte & 0x7f).toString(2).padStart(7, "0"));
  const value = Number.parseInt(groups.reverse().join(""), 2);
  const isShortest = size === 1 || bytes[size - 1] !== 0;
  return isShortest && value < 2 ** 32 ? { value, size } : undefined;
};

/** Zero, or three numbers. */
const counts: Reader = (bytes) => {
  const input = varint(bytes);
  if (!input || input.value === 0) return input && { value: "0", size: input.size };
  const cached = varint(bytes.slice(input.size));
  const output = cached && varint(bytes.slice(input.size + cached.size));
  const size = input.size + (cached?.size ?? 0) + (output?.size ?? 0);
  return output && { value: [input, cached, output].map((read) => read.value).join(","), size };
};

const cuts = ["", "limit", "filtered"];

/** Nothing, or what a byte stands for and a name, of which one at least says something. */
const how: Reader = (bytes) => {
  if (bytes.length === 0) return { value: "", size: 0 };
  const cut = cuts[bytes[0] ?? 0];
  const name = textOf(bytes.slice(1));
  if (cut === undefined || name === undefined || name.length > 200) return undefined;
  return cut + name === "" ? undefined : { value: howWords(cut, name), size: bytes.length };
};

const howWords = (cut: unknown, name: unknown): string =>
  cut === "" && name === "" ? "" : `${String(cut)}: ${String(name)}`;

const readers: Record<Field, Reader> = {
  varint,
  counts,
  how,
  rest,
  lines,
  flagged: lines,
  byte: byteUpTo(255),
  known: byteUpTo(1),
  openFlags: byteUpTo(3),
  fillFlags: (bytes) => (bytes[0] === 1 ? undefined : byteUpTo(2)(bytes)),
  id: hexOf(16),
  hash: hexOf(8),
  places: (bytes) => ({ value: bytes.join(","), size: bytes.length }),
  text: (bytes) => {
    const length = varint(bytes);
    if (!length) return undefined;
    const size = length.size + Number(length.value);
    const text = textOf(bytes.slice(length.size, size));
    return text === undefined || size > bytes.length ? undefined : { value: text, size };
  },
};

/** UTF-16LE to the end. */
export const wide: Reader = (bytes) => {
  const units = Array.from({ length: bytes.length / 2 }, (_, index) =>
    String.fromCharCode(Number(bytes[2 * index]) + 256 * Number(bytes[2 * index + 1])),
  );
  return bytes.length % 2 === 1 ? undefined : { value: units.join(""), size: bytes.length };
};

function textOf(bytes: readonly number[]): string | undefined {
  const buffer = Buffer.from(bytes);
  return isUtf8(buffer) ? buffer.toString("utf8") : undefined;
}

/** The fields of one of the product's messages, as the plain readers give them. */
export function plainOf(message: unknown): readonly unknown[] {
  const all = message as Record<string, unknown>;
  const of = (...names: string[]) => names.map((name) => all[name]);
  const hex = (name: string) => Buffer.from(all[name] as Uint8Array).toString("hex");
  const wideFlag = (text: unknown) => ((text as string).isWellFormed() ? 0 : 2);
  const micros = (ms: unknown) => (ms === undefined ? 0 : Math.round((ms as number) * 1000) + 1);
  switch (all["kind"]) {
    case "open": {
      const name = all["name"] as Record<string, unknown>;
      const flags = Number(name["isConfined"]) + wideFlag(all["text"]);
      const names = [name["path"], name["languageId"]];
      return [
        0xa1,
        all["document"],
        flags,
        ...names,
        ...of("lengthChars", "nextStream", "offset", "text"),
      ];
    }
    case "recall":
      return [0xa2, ...of("document", "nextStream"), hex("contentId")];
    case "fill":
      return [0xa3, all["document"], wideFlag(all["text"]), ...of("offset", "text")];
    case "focus":
      return [0xa4, ...of("document")];
    case "close":
      return [0xa5, ...of("document")];
    case "verify":
      return [0xa6, ...of("document"), hex("hash")];
    case "put":
      return [0xa7, ...of("place", "text")];
    case "use":
      return [0xa8, (all["places"] as number[]).join(",")];
    case "cancel":
      return [0xa9, ...of("stream")];
    case "ping":
      return [0xaa, ...of("nonce")];
    case "chat":
      return [0xab, ...of("stream", "question")];
    case "warm":
      return [0xad, ...of("offset")];
    case "credit":
      return [0xac, ...of("stream", "sizeBytes")];
    case "more":
      return [0x00, ...of("text")];
    case "text":
      return [all["origin"] === "draft" ? 0x02 : 0x01, ...of("stream", "text")];
    case "end": {
      const times = all["timings"] as Record<string, unknown>;
      const { draftMs, firstRemoteMs, modelAskedMs } = times;
      const optional = [draftMs, firstRemoteMs, modelAskedMs].map(micros);
      const end = [0x03, all["stream"], micros(times["totalMs"]) - 1, ...optional];
      const usage = all["usage"] as Record<string, number | undefined> | undefined;
      const how = howWords(all["cut"] ?? "", all["upstream"] ?? "");
      if (!usage) return [...end, "0", how];
      const cached = (usage["cachedTokens"] ?? -1) + 1;
      const counted = [(usage["inputTokens"] ?? 0) + 1, cached, usage["outputTokens"]];
      return [...end, counted.join(","), how];
    }
    case "cancelled":
      return [0x04, ...of("stream")];
    case "failed":
      return [
        0x05,
        all["stream"],
        failureNumbers[all["code"] as keyof typeof failureNumbers],
        all["detail"],
      ];
    case "pong":
      return [0x07, ...of("nonce")];
    case "recalled":
      return [0x08, all["document"], Number(all["isKnown"])];
    case "resync":
      return [0x09, ...of("document")];
    case "goAway":
      return [0x0a];
    case "alone":
      return [0x0b, ...of("stream", "text")];
    default:
      return [];
  }
}

/**
 * PROTOCOL.md's table of frames once more, read as literally as it stands: slow, from one array of field
 * types, with nothing shared with the product. Where both agree, a slip would have to be made twice.
 */
import { isUtf8 } from "node:buffer";
import { failureNumbers } from "../../../src/wire/failureNumbers.ts";

type Field = "varint" | "byte" | "text" | "rest";
const layouts: Readonly<Record<number, readonly Field[]>> = {
  0x02: ["varint", "byte", "varint", "text", "text", "text", "text"],
  0x03: ["varint"],
  0x04: ["varint"],
  0x82: ["varint", "byte", "rest"],
  0x83: ["varint", "varint", "varint", "varint"],
  0x84: ["varint"],
  0x85: ["varint", "byte", "rest"],
  0x86: ["varint"],
};

/** A frame as its kind and its fields; undefined for what is not one. Hello and welcome it does not know. */
export interface PlainFrame {
  readonly kind: number;
  readonly fields: readonly (number | string)[];
}

/** Reads a frame by the table alone. */
export function readPlainly(frame: Uint8Array): PlainFrame | undefined {
  const [kind = -1, ...rest] = frame;
  const layout = layouts[kind];
  if (!layout) return undefined;
  let left = rest;
  const fields: (number | string)[] = [];
  for (const field of layout) {
    const read = readers[field](left);
    if (!read) return undefined;
    fields.push(read.value);
    left = left.slice(read.size);
  }
  return left.length === 0 && isInRange(kind, fields) ? { kind, fields } : undefined;
}

interface Read {
  readonly value: number | string;
  readonly size: number;
}

const readers: Record<Field, (bytes: readonly number[]) => Read | undefined> = {
  byte: (bytes) => (bytes[0] === undefined ? undefined : { value: bytes[0], size: 1 }),
  varint: (bytes) => {
    const size = bytes.findIndex((byte) => byte < 0x80) + 1;
    if (size === 0 || size > 5) return undefined;
    const groups = bytes.slice(0, size).map((byte) => (byte & 0x7f).toString(2).padStart(7, "0"));
    const value = Number.parseInt(groups.reverse().join(""), 2);
    const isShortest = size === 1 || bytes[size - 1] !== 0;
    return isShortest && value < 2 ** 32 ? { value, size } : undefined;
  },
  text: (bytes) => {
    const length = readers.varint(bytes);
    if (!length) return undefined;
    const size = length.size + Number(length.value);
    const text = textOf(bytes.slice(length.size, size));
    return text === undefined || size > bytes.length ? undefined : { value: text, size };
  },
  rest: (bytes) => {
    const text = textOf(bytes);
    return text === undefined ? undefined : { value: text, size: bytes.length };
  },
};

function textOf(bytes: readonly number[]): string | undefined {
  const buffer = Buffer.from(bytes);
  return isUtf8(buffer) ? buffer.toString("utf8") : undefined;
}

function isInRange(kind: number, fields: readonly (number | string)[]): boolean {
  const second = Number(fields[1]);
  return (kind !== 0x02 && kind !== 0x82) || second <= 1;
}

/** The names of the fields in the product's own messages, for comparing the two. */
export function plainOf(message: unknown): readonly unknown[] {
  const { kind, stream, nonce, request, origin, text, timings, code, detail } = message as Record<
    string,
    unknown
  >;
  const of = (value: unknown, ...names: string[]) =>
    names.map((name) => (value as Record<string, unknown>)[name]);
  const micros = (ms: unknown) => (ms === undefined ? 0 : Math.round((ms as number) * 1000) + 1);
  switch (kind) {
    case "complete": {
      const texts = of(request, "documentVersion", "path", "languageId", "before", "after");
      return [stream, Number(of(request, "isConfined")[0]), ...texts];
    }
    case "text":
      return [stream, origin === "draft" ? 0 : 1, text];
    case "end": {
      const [total, ...optional] = of(timings, "totalMs", "draftMs", "firstRemoteMs");
      return [stream, micros(total) - 1, ...optional.map(micros)];
    }
    case "failed":
      return [stream, failureNumbers[code as keyof typeof failureNumbers], detail];
    default:
      return [stream ?? nonce];
  }
}

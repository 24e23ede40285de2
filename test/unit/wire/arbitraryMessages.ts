import fc from "fast-check";
import { failureCodes } from "../../../src/base/failure.ts";
import type { Edit } from "../../../src/wire/edit.ts";
import type { EditFrame } from "../../../src/wire/editFrame.ts";
import { maxAheadChars } from "../../../src/wire/limits.ts";
import type { AheadText, ClientMessage, ServerMessage } from "../../../src/wire/messages.ts";

/** Any whole number a frame can carry, the borders of its lengths more often than chance has them. */
const number = fc.oneof(
  fc.constantFrom(0, 1, 127, 128, 16_383, 16_384, 2 ** 21 - 1, 2 ** 21, 2 ** 28, 2 ** 32 - 1),
  fc.integer({ min: 0, max: 0xffff_ffff }),
);

/** Any well formed text: with astral characters, line ends of all kinds, controls and byte order marks. */
const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: "grapheme" }),
  fc.array(fc.constantFrom("\r\n", "\n", "\r", "\u0000", "\ufeff", "😀", "é", " ", "x")).map(join),
  fc.integer({ min: 100, max: 20_000 }).map((length) => "long 😀\r\n".repeat(length / 8)),
);

/** Runs of spaces, which edits carry as one byte. */
const spaces = fc.integer({ min: 0, max: 70 }).map((count) => " ".repeat(count));

/** Any text of an editor, which may have lone surrogates too. */
const editorText = fc.oneof(
  text,
  fc.array(fc.constantFrom("\ud83d", "\ude00", "😀", "é", "x", "\n")).map(join),
  fc.array(fc.oneof(spaces, fc.constantFrom("\n", "\r\n", "\t", "😀", "x"))).map(join),
);

/** Times in whole microseconds: finer ones are not carried. */
const timeMs = fc.integer({ min: 0, max: 0xffff_fffe }).map((micros) => micros / 1000);
const optionalMs = fc.option(timeMs, { nil: undefined });
const optionalCount = fc.option(fc.nat(0xffff_fffe), { nil: undefined });
const byte = fc.integer({ min: 0, max: 255 });
const bytes = (count: number) =>
  fc.array(byte, { minLength: count, maxLength: count }).map((all) => Buffer.from(all));

/** Objects as literals make them, so that they compare equal to decoded ones. */
function record<T>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> {
  return fc.record<T>(fields, { noNullPrototype: true });
}

function join(parts: readonly string[]): string {
  return parts.join("");
}

const version = fc.integer({ min: 1, max: 1000 });
const shortText = fc.string({ unit: "binary", maxLength: 100 });
const compression = fc.constantFrom("zstd-dictionary", "zstd", "deflate", "none");
const session = fc.string({ maxLength: 64 });
const count = fc.integer({ min: 1, max: 0xffff_ffff });
const size = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const kind = <K extends string>(value: K): fc.Arbitrary<K> => fc.constant(value);

/** Any message a client can send, but for its edits. */
export const clientMessage: fc.Arbitrary<ClientMessage> = fc.oneof(
  record({
    kind: kind("hello"),
    protocolVersion: version,
    client: shortText,
    compression: fc.array(compression, { maxLength: 16 }),
    dictionary: fc.string({ maxLength: 64 }),
    isPadded: fc.boolean(),
    session,
    resume: fc.array(record({ stream: count, receivedBytes: size, takenBytes: size }), {
      maxLength: 8,
    }),
  }),
  record({
    kind: kind("open"),
    document: number,
    name: record({ isConfined: fc.boolean(), path: text, languageId: text }),
    lengthChars: number,
    nextStream: number,
    offset: number,
    text: editorText,
  }),
  record({ kind: kind("recall"), document: number, nextStream: number, contentId: bytes(16) }),
  record({ kind: kind("fill"), document: number, offset: number, text: editorText }),
  record({ kind: kind("focus"), document: number }),
  record({ kind: kind("close"), document: number }),
  record({ kind: kind("verify"), document: number, hash: bytes(8) }),
  record({ kind: kind("put"), place: byte, text }),
  record({ kind: kind("use"), places: fc.array(byte, { maxLength: 8 }) }),
  record({ kind: kind("cancel"), stream: number }),
  record({ kind: kind("credit"), stream: number, sizeBytes: number }),
  record({ kind: kind("chat"), stream: number, question: text }),
  record({ kind: kind("ping"), nonce: number }),
  record({ kind: kind("warm"), offset: number }),
);

/** Any message a gateway can send. */
export const gatewayMessage: fc.Arbitrary<ServerMessage> = fc.oneof(
  record({
    kind: kind("welcome"),
    protocolVersion: version,
    gateway: shortText,
    upstream: shortText,
    maxStreams: fc.integer({ min: 1, max: 65_536 }),
    compression,
    session,
    resumed: fc.array(fc.boolean(), { maxLength: 8 }),
  }),
  record({
    kind: kind("text"),
    stream: number,
    origin: fc.constantFrom("draft", "remote"),
    text,
  }),
  record({ kind: kind("more"), text }),
  record({ kind: kind("alone"), stream: number, text }),
  record({
    kind: kind("end"),
    stream: number,
    timings: record({ totalMs: timeMs, draftMs: optionalMs, firstRemoteMs: optionalMs }),
  }),
  record({
    kind: kind("end"),
    stream: number,
    timings: record({
      totalMs: timeMs,
      draftMs: optionalMs,
      firstRemoteMs: optionalMs,
      modelAskedMs: timeMs,
    }),
    usage: record({
      inputTokens: fc.nat(0xffff_fffe),
      cachedTokens: optionalCount,
      outputTokens: fc.nat(0xffff_fffe),
    }),
  }),
  record({
    kind: kind("end"),
    stream: number,
    timings: record({ totalMs: timeMs, draftMs: optionalMs, firstRemoteMs: optionalMs }),
    cut: fc.constantFrom("limit", "filtered"),
  }),
  record({
    kind: kind("end"),
    stream: number,
    timings: record({ totalMs: timeMs, draftMs: optionalMs, firstRemoteMs: optionalMs }),
    upstream: shortText.filter((name) => name !== ""),
  }),
  record({ kind: kind("cancelled"), stream: number }),
  record({
    kind: kind("failed"),
    stream: number,
    code: fc.constantFrom(...failureCodes),
    detail: text,
  }),
  record({ kind: kind("pong"), nonce: number }),
  record({ kind: kind("recalled"), document: number, isKnown: fc.boolean() }),
  record({ kind: kind("resync"), document: number }),
  record({ kind: kind("goAway") }),
);

const offset = fc.integer({ min: 0, max: 5_000_000 });
const edit: fc.Arbitrary<Edit> = record({
  offset,
  deletedChars: fc.oneof(fc.constantFrom(0, 1), number),
  text: editorText,
}).filter(({ deletedChars, text: inserted }) => deletedChars > 0 || inserted !== "");

/** Several cursors, or one text replaced in many places: all edits delete and insert the same. */
const uniformEdits: fc.Arbitrary<readonly Edit[]> = fc
  .record({
    offsets: fc.array(offset, { minLength: 2, maxLength: 20 }),
    deletedChars: fc.integer({ min: 1, max: 300 }),
    text: fc.oneof(shortText, spaces, fc.constantFrom("\ud83d", "\n\t  ", "\ude00    ")),
  })
  .map(({ offsets, ...same }) => offsets.map((place) => ({ offset: place, ...same })));

const edits = fc.oneof(
  { arbitrary: fc.array(edit, { maxLength: 4 }), weight: 3 },
  { arbitrary: uniformEdits, weight: 1 },
);

const ahead: fc.Arbitrary<AheadText> = record({
  text: editorText.map((any) => any.slice(0, maxAheadChars)),
  deletedAfterChars: number,
});

/** Edits, near the cursor and far from it, and the cursor before them. */
export const editsAndCursor: fc.Arbitrary<{ frame: EditFrame; cursor: number }> = fc
  .record({
    edits,
    before: offset,
    after: fc.option(offset, { nil: undefined }),
    isTyped: fc.boolean(),
    ask: fc.option(
      record({
        check: fc.integer({ min: 0, max: 0xffff }),
        keepsOlder: fc.boolean(),
        ahead: fc.option(ahead, { nil: undefined }),
      }),
      { nil: undefined },
    ),
    swap: fc.option(record({ index: byte, place: byte }), { nil: undefined }),
  })
  .map(({ edits: drawn, before, after, isTyped, ask, swap }) => {
    const typed = drawn.slice(0, 1).map(({ text: inserted }) => {
      return { offset: before, deletedChars: inserted === "" ? 1 : 0, text: inserted };
    });
    const made = isTyped ? typed : drawn;
    const last = made.at(-1);
    const end = last ? last.offset + last.text.length : before;
    return { frame: { edits: made, cursor: after ?? end, ask, swap }, cursor: before };
  });

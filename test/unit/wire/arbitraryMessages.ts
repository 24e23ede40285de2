import fc from "fast-check";
import { failureCodes } from "../../../src/base/failure.ts";
import { type ClientMessage, type ServerMessage } from "../../../src/wire/messages.ts";

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

/** Times in whole microseconds: finer ones are not carried. */
const timeMs = fc.integer({ min: 0, max: 0xffff_fffe }).map((micros) => micros / 1000);
const optionalMs = fc.option(timeMs, { nil: undefined });

/** Objects as literals make them, so that they compare equal to decoded ones. */
function record<T>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> {
  return fc.record<T>(fields, { noNullPrototype: true });
}

function join(parts: readonly string[]): string {
  return parts.join("");
}

const request = record({
  path: text,
  languageId: text,
  documentVersion: number,
  before: text,
  after: text,
  isConfined: fc.boolean(),
});

const version = fc.integer({ min: 1, max: 1000 });
const shortText = fc.string({ unit: "binary", maxLength: 100 });

/** Any message a client can send. */
export const clientMessage: fc.Arbitrary<ClientMessage> = fc.oneof(
  record({
    kind: fc.constant("hello" as const),
    protocolVersion: version,
    client: shortText,
  }),
  record({ kind: fc.constant("complete" as const), stream: number, request }),
  record({ kind: fc.constant("cancel" as const), stream: number }),
  record({ kind: fc.constant("ping" as const), nonce: number }),
);

/** Any message a gateway can send. */
export const gatewayMessage: fc.Arbitrary<ServerMessage> = fc.oneof(
  record({
    kind: fc.constant("welcome" as const),
    protocolVersion: version,
    gateway: shortText,
    upstream: shortText,
    maxStreams: fc.integer({ min: 1, max: 65_536 }),
  }),
  record({
    kind: fc.constant("text" as const),
    stream: number,
    origin: fc.constantFrom("draft" as const, "remote" as const),
    text,
  }),
  record({
    kind: fc.constant("end" as const),
    stream: number,
    timings: record({ totalMs: timeMs, draftMs: optionalMs, firstRemoteMs: optionalMs }),
  }),
  record({ kind: fc.constant("cancelled" as const), stream: number }),
  record({
    kind: fc.constant("failed" as const),
    stream: number,
    code: fc.constantFrom(...failureCodes),
    detail: text,
  }),
  record({ kind: fc.constant("pong" as const), nonce: number }),
);

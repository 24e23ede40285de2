/**
 * wire: what is said on the link, as values (messages.ts) and as bytes, and the rules both ends follow
 * (PROTOCOL.md, the law). No sockets, no timers, no logging: bytes in, values out, and back.
 * Start with PROTOCOL.md, then this file.
 */
import { Failure } from "../base/failure.ts";
import { ByteReader, ByteWriter } from "./bytes.ts";
import { failureCodeOf, failureNumbers } from "./failureNumbers.ts";
import { parseHello, parseWelcome } from "./handshake.ts";
import { type ClientMessage, type GatewayTimings, type ServerMessage } from "./messages.ts";

const kinds = {
  hello: 0x01,
  complete: 0x02,
  cancel: 0x03,
  ping: 0x04,
  welcome: 0x81,
  text: 0x82,
  end: 0x83,
  cancelled: 0x84,
  failed: 0x85,
  pong: 0x86,
} as const;

const confinedFlag = 0x01;

/** One client message as one frame. */
export function encodeClientMessage(message: ClientMessage): Uint8Array {
  const frame = new ByteWriter().byte(kinds[message.kind]);
  switch (message.kind) {
    case "hello": {
      const { protocolVersion, client } = message;
      return frame.rest(JSON.stringify({ protocolVersion, client })).finish();
    }
    case "complete": {
      const { request } = message;
      return frame
        .varint(message.stream)
        .byte(request.isConfined ? confinedFlag : 0)
        .varint(request.documentVersion)
        .text(request.path)
        .text(request.languageId)
        .text(request.before)
        .text(request.after)
        .finish();
    }
    case "cancel":
      return frame.varint(message.stream).finish();
    case "ping":
      return frame.varint(message.nonce).finish();
  }
}

/** One frame as a client message; throws a `protocol` failure for anything PROTOCOL.md does not allow. */
export function decodeClientMessage(bytes: Uint8Array): ClientMessage {
  const frame = new ByteReader(bytes);
  const message = readClientMessage(frame);
  frame.done();
  return message;
}

function readClientMessage(frame: ByteReader): ClientMessage {
  const kind = frame.byte();
  switch (kind) {
    case kinds.hello:
      return { kind: "hello", ...parseHello(frame.rest()) };
    case kinds.complete:
      return readComplete(frame);
    case kinds.cancel:
      return { kind: "cancel", stream: frame.varint() };
    case kinds.ping:
      return { kind: "ping", nonce: frame.varint() };
    default:
      throw new Failure("protocol", `no client frame is of kind ${kind}`);
  }
}

function readComplete(frame: ByteReader): ClientMessage {
  const stream = frame.varint();
  const flags = frame.byte();
  if (flags > confinedFlag) throw new Failure("protocol", `unknown flags ${flags}`);
  const documentVersion = frame.varint();
  const path = frame.text();
  const languageId = frame.text();
  const before = frame.text();
  const after = frame.text();
  const isConfined = flags === confinedFlag;
  return {
    kind: "complete",
    stream,
    request: { path, languageId, documentVersion, before, after, isConfined },
  };
}

/** One gateway message as one frame. */
export function encodeServerMessage(message: ServerMessage): Uint8Array {
  const frame = new ByteWriter().byte(kinds[message.kind]);
  switch (message.kind) {
    case "welcome": {
      const { protocolVersion, gateway, upstream, maxStreams } = message;
      const json = JSON.stringify({ protocolVersion, gateway, upstream, maxStreams });
      return frame.rest(json).finish();
    }
    case "text":
      return frame
        .varint(message.stream)
        .byte(message.origin === "draft" ? 0 : 1)
        .rest(message.text)
        .finish();
    case "end":
      return writeTimings(frame.varint(message.stream), message.timings).finish();
    case "cancelled":
      return frame.varint(message.stream).finish();
    case "failed":
      return frame
        .varint(message.stream)
        .byte(failureNumbers[message.code])
        .rest(message.detail)
        .finish();
    case "pong":
      return frame.varint(message.nonce).finish();
  }
}

/** One frame as a gateway message; throws a `protocol` failure for anything PROTOCOL.md does not allow. */
export function decodeServerMessage(bytes: Uint8Array): ServerMessage {
  const frame = new ByteReader(bytes);
  const message = readServerMessage(frame);
  frame.done();
  return message;
}

function readServerMessage(frame: ByteReader): ServerMessage {
  const kind = frame.byte();
  switch (kind) {
    case kinds.welcome:
      return { kind: "welcome", ...parseWelcome(frame.rest()) };
    case kinds.text:
      return readText(frame);
    case kinds.end:
      return { kind: "end", stream: frame.varint(), timings: readTimings(frame) };
    case kinds.cancelled:
      return { kind: "cancelled", stream: frame.varint() };
    case kinds.failed: {
      const stream = frame.varint();
      const code = failureCodeOf(frame.byte());
      return { kind: "failed", stream, code, detail: frame.rest() };
    }
    case kinds.pong:
      return { kind: "pong", nonce: frame.varint() };
    default:
      throw new Failure("protocol", `no gateway frame is of kind ${kind}`);
  }
}

function readText(frame: ByteReader): ServerMessage {
  const stream = frame.varint();
  const origin = frame.byte();
  if (origin > 1) throw new Failure("protocol", `unknown origin ${origin}`);
  return { kind: "text", stream, origin: origin === 0 ? "draft" : "remote", text: frame.rest() };
}

const toMicros = (ms: number): number => Math.min(0xffff_fffe, Math.max(0, Math.round(ms * 1000)));

function writeTimings(frame: ByteWriter, timings: GatewayTimings): ByteWriter {
  const optional = (ms: number | undefined) => (ms === undefined ? 0 : toMicros(ms) + 1);
  return frame
    .varint(toMicros(timings.totalMs))
    .varint(optional(timings.draftMs))
    .varint(optional(timings.firstRemoteMs));
}

function readTimings(frame: ByteReader): GatewayTimings {
  const optional = (micros: number) => (micros === 0 ? undefined : (micros - 1) / 1000);
  const totalMs = frame.varint() / 1000;
  const draftMs = optional(frame.varint());
  const firstRemoteMs = optional(frame.varint());
  return { totalMs, draftMs, firstRemoteMs };
}

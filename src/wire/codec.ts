/**
 * wire: what is said on the link, as values (messages.ts) and as bytes, and the rules both ends follow
 * (PROTOCOL.md, the law). No sockets, no timers, no logging: bytes in, values out, and back.
 * Start with PROTOCOL.md, then this file for the messages, documentSender.ts and documentReceiver.ts for the
 * two ends of a document.
 */
import { Failure } from "../base/failure.ts";
import { ByteReader, ByteWriter, decodeUtf16 } from "./bytes.ts";
import { isEditKind } from "./editFrame.ts";
import { readEnd, writeEnd } from "./endFrame.ts";
import { failureCodeOf, failureNumbers } from "./failureNumbers.ts";
import { parseHello, parseWelcome } from "./handshake.ts";
import { decodeLines, encodeLines } from "./lines.ts";
import type { ClientMessage, ServerMessage } from "./messages.ts";

const clientKinds = {
  hello: 0xa0,
  open: 0xa1,
  recall: 0xa2,
  fill: 0xa3,
  focus: 0xa4,
  close: 0xa5,
  verify: 0xa6,
  put: 0xa7,
  use: 0xa8,
  cancel: 0xa9,
  ping: 0xaa,
  chat: 0xab,
  credit: 0xac,
  warm: 0xad,
} as const;

const serverKinds = {
  more: 0x00,
  remote: 0x01,
  draft: 0x02,
  end: 0x03,
  cancelled: 0x04,
  failed: 0x05,
  welcome: 0x06,
  pong: 0x07,
  recalled: 0x08,
  resync: 0x09,
  goAway: 0x0a,
  alone: 0x0b,
} as const;

const confinedFlag = 0x01;
const utf16Flag = 0x02;
const contentIdBytes = 16;
const wholeHashBytes = 8;

/** One client message as one payload. */
export function encodeClientMessage(message: ClientMessage): Uint8Array {
  const frame = new ByteWriter().byte(clientKinds[message.kind]);
  switch (message.kind) {
    case "hello": {
      const { protocolVersion, client, compression, dictionary, isPadded } = message;
      const { takesUpstream, session, resume } = message;
      const own = { protocolVersion, client, compression, dictionary, isPadded };
      const json = { ...own, takesUpstream, session, resume };
      return frame.rest(JSON.stringify(json)).finish();
    }
    case "open": {
      const { name, text } = message;
      const flags = (name.isConfined ? confinedFlag : 0) | utf16FlagOf(text);
      frame.varint(message.document).byte(flags).text(name.path).text(name.languageId);
      frame.varint(message.lengthChars).varint(message.nextStream).varint(message.offset);
      return writeRest(frame, text).finish();
    }
    case "recall":
      return frame
        .varint(message.document)
        .varint(message.nextStream)
        .bytes(message.contentId)
        .finish();
    case "fill": {
      const { document, offset, text } = message;
      frame.varint(document).byte(utf16FlagOf(text)).varint(offset);
      return writeRest(frame, text).finish();
    }
    case "verify":
      return frame.varint(message.document).bytes(message.hash).finish();
    case "put":
      return frame.byte(message.place).bytes(encodeLines(message.text)).finish();
    case "use":
      return frame.bytes(Uint8Array.from(message.places)).finish();
    case "focus":
    case "close":
      return frame.varint(message.document).finish();
    case "cancel":
      return frame.varint(message.stream).finish();
    case "chat":
      return frame.varint(message.stream).rest(message.question).finish();
    case "credit":
      return frame.varint(message.stream).varint(message.sizeBytes).finish();
    case "ping":
      return frame.varint(message.nonce).finish();
    case "warm":
      return frame.varint(message.offset).finish();
  }
}

const utf16FlagOf = (text: string): number => (text.isWellFormed() ? 0 : utf16Flag);

const writeRest = (frame: ByteWriter, text: string): ByteWriter =>
  text.isWellFormed() ? frame.bytes(encodeLines(text)) : frame.restUtf16(text);

/**
 * One payload as a client message, or undefined for `typed` and `edit`, which `decodeEdits` reads; throws a `protocol`
 * failure for anything PROTOCOL.md does not allow.
 */
export function decodeClientMessage(payload: Uint8Array): ClientMessage | undefined {
  const kind = payload[0];
  if (kind !== undefined && isEditKind(kind)) return undefined;
  const frame = new ByteReader(payload);
  const message = readClientMessage(frame);
  frame.done();
  return message;
}

function readClientMessage(frame: ByteReader): ClientMessage {
  const kind = frame.byte();
  switch (kind) {
    case clientKinds.hello:
      return { kind: "hello", ...parseHello(frame.rest()) };
    case clientKinds.open:
      return readOpen(frame);
    case clientKinds.recall: {
      const [document, nextStream] = [frame.varint(), frame.varint()];
      return { kind: "recall", document, nextStream, contentId: frame.bytes(contentIdBytes) };
    }
    case clientKinds.fill:
      return readFill(frame);
    case clientKinds.focus:
      return { kind: "focus", document: frame.varint() };
    case clientKinds.close:
      return { kind: "close", document: frame.varint() };
    case clientKinds.verify:
      return { kind: "verify", document: frame.varint(), hash: frame.bytes(wholeHashBytes) };
    case clientKinds.put:
      return { kind: "put", place: frame.byte(), text: readLines(frame) };
    case clientKinds.use:
      return { kind: "use", places: [...frame.bytes(frame.left)] };
    case clientKinds.cancel:
      return { kind: "cancel", stream: frame.varint() };
    case clientKinds.chat:
      return { kind: "chat", stream: frame.varint(), question: frame.rest() };
    case clientKinds.credit:
      return { kind: "credit", stream: frame.varint(), sizeBytes: frame.varint() };
    case clientKinds.ping:
      return { kind: "ping", nonce: frame.varint() };
    case clientKinds.warm:
      return { kind: "warm", offset: frame.varint() };
    default:
      throw new Failure("protocol", `no client frame is of kind ${kind}`);
  }
}

function readOpen(frame: ByteReader): ClientMessage {
  const document = frame.varint();
  const flags = flagsOf(frame.byte(), confinedFlag | utf16Flag);
  const [path, languageId] = [frame.text(), frame.text()];
  const [lengthChars, nextStream, offset] = [frame.varint(), frame.varint(), frame.varint()];
  const text = readRest(frame, flags);
  const name = { isConfined: (flags & confinedFlag) !== 0, path, languageId };
  return { kind: "open", document, name, lengthChars, nextStream, offset, text };
}

function readFill(frame: ByteReader): ClientMessage {
  const document = frame.varint();
  const flags = flagsOf(frame.byte(), utf16Flag);
  const offset = frame.varint();
  return { kind: "fill", document, offset, text: readRest(frame, flags) };
}

function flagsOf(flags: number, known: number): number {
  if ((flags & ~known) !== 0) throw new Failure("protocol", `unknown flags ${flags}`);
  return flags;
}

const readLines = (frame: ByteReader): string => decodeLines(frame.bytes(frame.left));

const readRest = (frame: ByteReader, flags: number): string =>
  (flags & utf16Flag) === 0 ? readLines(frame) : decodeUtf16(frame.bytes(frame.left));

/** One gateway message as one payload. */
export function encodeServerMessage(message: ServerMessage): Uint8Array {
  if (message.kind === "text") {
    const kind = message.origin === "draft" ? serverKinds.draft : serverKinds.remote;
    return new ByteWriter().byte(kind).varint(message.stream).rest(message.text).finish();
  }
  const frame = new ByteWriter().byte(serverKinds[message.kind]);
  switch (message.kind) {
    case "welcome": {
      const { protocolVersion, gateway, upstream, maxStreams, compression } = message;
      const { session, resumed } = message;
      const json = {
        protocolVersion,
        gateway,
        upstream,
        maxStreams,
        compression,
        session,
        resumed,
      };
      return frame.rest(JSON.stringify(json)).finish();
    }
    case "more":
      return frame.rest(message.text).finish();
    case "alone":
      return frame.varint(message.stream).rest(message.text).finish();
    case "end":
      return writeEnd(frame, message).finish();
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
    case "recalled":
      return frame
        .varint(message.document)
        .byte(message.isKnown ? 1 : 0)
        .finish();
    case "resync":
      return frame.varint(message.document).finish();
    case "goAway":
      return frame.finish();
  }
}

/** One payload as a gateway message; throws a `protocol` failure for anything PROTOCOL.md does not allow. */
export function decodeServerMessage(payload: Uint8Array): ServerMessage {
  const frame = new ByteReader(payload);
  const message = readServerMessage(frame);
  frame.done();
  return message;
}

function readServerMessage(frame: ByteReader): ServerMessage {
  const kind = frame.byte();
  switch (kind) {
    case serverKinds.more:
      return { kind: "more", text: frame.rest() };
    case serverKinds.remote:
      return { kind: "text", stream: frame.varint(), origin: "remote", text: frame.rest() };
    case serverKinds.draft:
      return { kind: "text", stream: frame.varint(), origin: "draft", text: frame.rest() };
    case serverKinds.alone:
      return { kind: "alone", stream: frame.varint(), text: frame.rest() };
    case serverKinds.end:
      return readEnd(frame);
    case serverKinds.cancelled:
      return { kind: "cancelled", stream: frame.varint() };
    case serverKinds.failed: {
      const stream = frame.varint();
      const code = failureCodeOf(frame.byte());
      return { kind: "failed", stream, code, detail: frame.rest() };
    }
    case serverKinds.welcome:
      return { kind: "welcome", ...parseWelcome(frame.rest()) };
    case serverKinds.pong:
      return { kind: "pong", nonce: frame.varint() };
    case serverKinds.recalled:
      return {
        kind: "recalled",
        document: frame.varint(),
        isKnown: flagsOf(frame.byte(), 1) === 1,
      };
    case serverKinds.goAway:
      return { kind: "goAway" };
    case serverKinds.resync:
      return { kind: "resync", document: frame.varint() };
    default:
      throw new Failure("protocol", `no gateway frame is of kind ${kind}`);
  }
}

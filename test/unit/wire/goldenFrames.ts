import { type ClientMessage, type ServerMessage } from "../../../src/wire/messages.ts";

/** One message and the bytes it travels as: hexadecimal, a space between fields, 'text' in quotes. */
export interface Golden<M> {
  readonly name: string;
  readonly message: M;
  readonly frame: string;
  /** Whether the last field is free text to the end of the frame, so that a shorter frame may be one too. */
  readonly endsInText: boolean;
}

/** The bytes that a golden frame stands for. */
export function bytesOf(frame: string): Uint8Array {
  const parts = frame.match(/'[^']*'|[0-9a-f]{2}/g) ?? [];
  return Buffer.concat(
    parts.map((part) =>
      part.startsWith("'") ? Buffer.from(part.slice(1, -1)) : Buffer.from(part, "hex"),
    ),
  );
}

/** Every message of the client, at the borders of its fields. */
export const clientFrames: readonly Golden<ClientMessage>[] = [
  {
    name: "hello",
    message: { kind: "hello", protocolVersion: 1, client: "slipstream/0.1.0" },
    frame: `01 '{"protocolVersion":1,"client":"slipstream/0.1.0"}'`,
    endsInText: false,
  },
  {
    name: "complete",
    message: {
      kind: "complete",
      stream: 1,
      request: {
        path: "app/a.ts",
        languageId: "typescript",
        documentVersion: 7,
        before: "const a = ",
        after: ";",
        isConfined: false,
      },
    },
    frame: "02 01 00 07 08 'app/a.ts' 0a 'typescript' 0a 'const a = ' 01 ';'",
    endsInText: false,
  },
  {
    name: "complete, confined, with long numbers and all kinds of text",
    message: {
      kind: "complete",
      stream: 300,
      request: {
        path: "é",
        languageId: "",
        documentVersion: 0xffff_ffff,
        before: "a\r\nb\u0000",
        after: "😀\ufeff",
        isConfined: true,
      },
    },
    frame: "02 ac02 01 ffffffff0f 02 c3a9 00 05 610d0a6200 07 f09f9880 efbbbf",
    endsInText: false,
  },
  { name: "cancel", message: { kind: "cancel", stream: 128 }, frame: "03 8001", endsInText: false },
  { name: "ping", message: { kind: "ping", nonce: 127 }, frame: "04 7f", endsInText: false },
];

/** Every message of the gateway, at the borders of its fields. */
export const gatewayFrames: readonly Golden<ServerMessage>[] = [
  {
    name: "welcome",
    message: {
      kind: "welcome",
      protocolVersion: 1,
      gateway: "slipstream-gateway/0.1.0",
      upstream: "tiny at 127.0.0.1:8080",
      maxStreams: 256,
    },
    frame: `81 '{"protocolVersion":1,"gateway":"slipstream-gateway/0.1.0","upstream":"tiny at 127.0.0.1:8080","maxStreams":256}'`,
    endsInText: false,
  },
  {
    name: "text of the draft",
    message: { kind: "text", stream: 1, origin: "draft", text: "return é;\r\n" },
    frame: "82 01 00 'return ' c3a9 3b 0d0a",
    endsInText: true,
  },
  {
    name: "text of the model, empty",
    message: { kind: "text", stream: 16_384, origin: "remote", text: "" },
    frame: "82 808001 01",
    endsInText: true,
  },
  {
    name: "end with all times",
    message: {
      kind: "end",
      stream: 2,
      timings: { totalMs: 1.5, draftMs: 0, firstRemoteMs: 0.127 },
    },
    frame: "83 02 dc0b 01 8001",
    endsInText: false,
  },
  {
    name: "end with no times",
    message: {
      kind: "end",
      stream: 3,
      timings: { totalMs: 0, draftMs: undefined, firstRemoteMs: undefined },
    },
    frame: "83 03 00 00 00",
    endsInText: false,
  },
  {
    name: "cancelled",
    message: { kind: "cancelled", stream: 0xffff_ffff },
    frame: "84 ffffffff0f",
    endsInText: false,
  },
  {
    name: "failed",
    message: { kind: "failed", stream: 4, code: "upstream-down", detail: "The model is down." },
    frame: "85 04 0e 'The model is down.'",
    endsInText: true,
  },
  { name: "pong", message: { kind: "pong", nonce: 0 }, frame: "86 00", endsInText: false },
];

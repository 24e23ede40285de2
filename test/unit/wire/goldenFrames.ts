import type { ClientMessage, ServerMessage } from "../../../src/wire/messages.ts";

/** One message and the bytes it travels as: hexadecimal, a space between fields, 'text' in quotes. */
export interface Golden<M> {
  readonly name: string;
  readonly message: M;
  readonly frame: string;
  /** Whether the last field goes to the end of the frame, so that a shorter or longer frame may be one too. */
  readonly isOpenEnded: boolean;
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

const closed = <M>(name: string, frame: string, message: M): Golden<M> => ({
  name,
  message,
  frame,
  isOpenEnded: false,
});
const openEnded = <M>(name: string, frame: string, message: M): Golden<M> => ({
  name,
  message,
  frame,
  isOpenEnded: true,
});

const contentId = Buffer.from("000102030405060708090a0b0c0d0e0f", "hex");
const wholeHash = Buffer.from("f0f1f2f3f4f5f6f7", "hex");

/** Every message of the client but its edits, at the borders of its fields. */
export const clientFrames: readonly Golden<ClientMessage>[] = [
  closed(
    "hello",
    `a0 '{"protocolVersion":2,"client":"slipstream/0.2.0","compression":["zstd","none"],"dictionary":"","isPadded":true,"session":"s","resume":[{"stream":3,"receivedBytes":20,"takenBytes":10}]}'`,
    {
      kind: "hello",
      protocolVersion: 2,
      client: "slipstream/0.2.0",
      compression: ["zstd", "none"],
      dictionary: "",
      isPadded: true,
      session: "s",
      resume: [{ stream: 3, receivedBytes: 20, takenBytes: 10 }],
    },
  ),
  openEnded("open", "a1 01 00 08 'app/a.ts' 0a 'typescript' 0c 07 02 'const é' 0a", {
    kind: "open",
    document: 1,
    name: { isConfined: false, path: "app/a.ts", languageId: "typescript" },
    lengthChars: 12,
    nextStream: 7,
    offset: 2,
    text: "const é\n",
  }),
  openEnded("open of an empty document, confined", "a1 8001 01 00 00 00 01 00", {
    kind: "open",
    document: 128,
    name: { isConfined: true, path: "", languageId: "" },
    lengthChars: 0,
    nextStream: 1,
    offset: 0,
    text: "",
  }),
  openEnded(
    "open with a lone surrogate, confined",
    "a1 02 03 01 'a' 01 'b' c0cf24 ac02 808001 6100 3dd8 0a00",
    {
      kind: "open",
      document: 2,
      name: { isConfined: true, path: "a", languageId: "b" },
      lengthChars: 600_000,
      nextStream: 300,
      offset: 16_384,
      text: "a\ud83d\n",
    },
  ),
  closed("recall", "a2 03 ac02 000102030405060708090a0b0c0d0e0f", {
    kind: "recall",
    document: 3,
    nextStream: 300,
    contentId,
  }),
  openEnded("fill", "a3 01 00 dc0b f09f9880 0d0a 00 efbbbf", {
    kind: "fill",
    document: 1,
    offset: 1500,
    text: "😀\r\n\u0000\ufeff",
  }),
  openEnded(
    "fill of indented lines",
    "a3 01 00 00 'if (a) {' 0a f8 'b' 0a 'c' 0a 0a 20 0a f9 'd' 0a fefffa 'e' 0a fff5f6 'f'",
    {
      kind: "fill",
      document: 1,
      offset: 0,
      text: `if (a) {\n  b\n  c\n\n \n   d\n\te\n${" ".repeat(24)}f`,
    },
  ),
  openEnded("fill with a lone surrogate", "a3 01 02 00 00de 3dd8", {
    kind: "fill",
    document: 1,
    offset: 0,
    text: "\ude00\ud83d",
  }),
  closed("focus", "a4 7f", { kind: "focus", document: 127 }),
  closed("close", "a5 ffffffff0f", { kind: "close", document: 0xffff_ffff }),
  closed("verify", "a6 01 f0f1f2f3f4f5f6f7", { kind: "verify", document: 1, hash: wholeHash }),
  openEnded("put", "a7 ff 'type A = ' c3a9", { kind: "put", place: 255, text: "type A = é" }),
  openEnded("put of nothing", "a7 00", { kind: "put", place: 0, text: "" }),
  openEnded("use", "a8 00 ff 03", { kind: "use", places: [0, 255, 3] }),
  openEnded("use of none", "a8", { kind: "use", places: [] }),
  closed("cancel", "a9 8001", { kind: "cancel", stream: 128 }),
  closed("ping", "aa 00", { kind: "ping", nonce: 0 }),
  openEnded("chat", "ab ac02 '{\"a\":1}'", { kind: "chat", stream: 300, question: '{"a":1}' }),
  closed("credit", "ac 01 808002", { kind: "credit", stream: 1, sizeBytes: 32_768 }),
  closed("warm", "ad 8001", { kind: "warm", offset: 128 }),
];

/** Every message of the gateway, at the borders of its fields. */
export const gatewayFrames: readonly Golden<ServerMessage>[] = [
  openEnded("more", "00 'return ' c3a9 3b 0d0a", { kind: "more", text: "return é;\r\n" }),
  openEnded("more of nothing", "00", { kind: "more", text: "" }),
  openEnded("text of the model, empty", "01 808001", {
    kind: "text",
    stream: 16_384,
    origin: "remote",
    text: "",
  }),
  openEnded("text of the draft", "02 01 'a' f09f9880", {
    kind: "text",
    stream: 1,
    origin: "draft",
    text: "a😀",
  }),
  openEnded("text of the draft that is all", "0b 01 'a' f09f9880", {
    kind: "alone",
    stream: 1,
    text: "a😀",
  }),
  closed("end with all times", "03 02 dc0b 01 8001 65 00", {
    kind: "end",
    stream: 2,
    timings: { totalMs: 1.5, draftMs: 0, firstRemoteMs: 0.127, modelAskedMs: 0.1 },
  }),
  closed("end with no times", "03 03 00 00 00 00 00", {
    kind: "end",
    stream: 3,
    timings: { totalMs: 0, draftMs: undefined, firstRemoteMs: undefined },
  }),
  closed("end with what was counted", "03 03 00 00 00 00 8101 01 05", {
    kind: "end",
    stream: 3,
    timings: { totalMs: 0, draftMs: undefined, firstRemoteMs: undefined },
    usage: { inputTokens: 128, cachedTokens: 0, outputTokens: 5 },
  }),
  closed("end with what was counted, but for what was cached", "03 03 00 00 00 00 04 00 00", {
    kind: "end",
    stream: 3,
    timings: { totalMs: 0, draftMs: undefined, firstRemoteMs: undefined },
    usage: { inputTokens: 3, cachedTokens: undefined, outputTokens: 0 },
  }),
  openEnded("end of a chat that was cut off by its limit", "03 03 00 00 00 00 00 01", {
    kind: "end",
    stream: 3,
    timings: { totalMs: 0, draftMs: undefined, firstRemoteMs: undefined },
    cut: "limit",
  }),
  openEnded("end of a chat that was filtered", "03 03 00 00 00 00 04 00 00 02", {
    kind: "end",
    stream: 3,
    timings: { totalMs: 0, draftMs: undefined, firstRemoteMs: undefined },
    usage: { inputTokens: 3, cachedTokens: undefined, outputTokens: 0 },
    cut: "filtered",
  }),
  openEnded("end that names the upstream", "03 03 00 00 00 00 00 00 'b (ollama)'", {
    kind: "end",
    stream: 3,
    timings: { totalMs: 0, draftMs: undefined, firstRemoteMs: undefined },
    upstream: "b (ollama)",
  }),
  openEnded("end of a chat that was cut off, of an upstream", "03 03 00 00 00 00 00 01 'b' c3a9", {
    kind: "end",
    stream: 3,
    timings: { totalMs: 0, draftMs: undefined, firstRemoteMs: undefined },
    cut: "limit",
    upstream: "bé",
  }),
  closed("cancelled", "04 ffffffff0f", { kind: "cancelled", stream: 0xffff_ffff }),
  openEnded("failed", "05 04 0e 'The model is down.'", {
    kind: "failed",
    stream: 4,
    code: "upstream-down",
    detail: "The model is down.",
  }),
  openEnded("failed since the text differs", "05 05 11", {
    kind: "failed",
    stream: 5,
    code: "resync",
    detail: "",
  }),
  closed(
    "welcome",
    `06 '{"protocolVersion":2,"gateway":"g/0.2.0","upstream":"tiny","maxStreams":256,"compression":"none","session":"","resumed":[true,false]}'`,
    {
      kind: "welcome",
      protocolVersion: 2,
      gateway: "g/0.2.0",
      upstream: "tiny",
      maxStreams: 256,
      compression: "none",
      session: "",
      resumed: [true, false],
    },
  ),
  closed("pong", "07 7f", { kind: "pong", nonce: 127 }),
  closed("recalled", "08 03 01", { kind: "recalled", document: 3, isKnown: true }),
  closed("not recalled", "08 8001 00", { kind: "recalled", document: 128, isKnown: false }),
  closed("resync", "09 01", { kind: "resync", document: 1 }),
  closed("goAway", "0a", { kind: "goAway" }),
];

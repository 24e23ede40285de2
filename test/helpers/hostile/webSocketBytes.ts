/** WebSocket by hand, right or wrong: the upgrade and the frames of a client as bytes. */
import { linkPath, subprotocol } from "../../../src/wire/limits.ts";

export const opcodes = {
  continuation: 0,
  text: 1,
  binary: 2,
  close: 8,
  ping: 9,
  pong: 10,
} as const;

/** What a frame says of itself, where that is not what it should be. */
export interface FrameForm {
  readonly opcode?: number;
  readonly isFinal?: boolean;
  /** The three reserved bits, 0 to 7. */
  readonly reserved?: number;
  readonly isMasked?: boolean;
  /** The length it claims to have. */
  readonly claimedBytes?: number;
  /** Says the length in so many bytes though fewer would do: 2 or 8. */
  readonly lengthBytes?: 2 | 8;
}

/** One client frame. The mask is zero, so that its payload can be read. */
export function webSocketFrame(payload: Uint8Array, form: FrameForm = {}): Buffer {
  const { opcode = opcodes.binary, isFinal = true, reserved = 0, isMasked = true } = form;
  const sizeBytes = form.claimedBytes ?? payload.length;
  const lengthBytes = form.lengthBytes ?? (sizeBytes < 126 ? 0 : sizeBytes < 65_536 ? 2 : 8);
  const short = lengthBytes === 0 ? sizeBytes : lengthBytes === 2 ? 126 : 127;
  const head = Buffer.alloc(2 + lengthBytes + (isMasked ? 4 : 0));
  head[0] = (isFinal ? 0x80 : 0) | (reserved << 4) | opcode;
  head[1] = (isMasked ? 0x80 : 0) | short;
  if (lengthBytes === 2) head.writeUInt16BE(sizeBytes, 2);
  if (lengthBytes === 8) head.writeBigUInt64BE(BigInt(sizeBytes), 2);
  return Buffer.concat([head, payload]);
}

/** One message for each payload. */
export const messagesOf = (...payloads: readonly Uint8Array[]): Buffer =>
  Buffer.concat(payloads.map((payload) => webSocketFrame(payload)));

/** What an upgrade request says, where that is not what it should be; undefined leaves a header out. */
export interface UpgradeForm {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

/** The request that a link begins with. */
export function upgradeRequest(token: string, form: UpgradeForm = {}): Buffer {
  const headers: Readonly<Record<string, string | undefined>> = {
    Host: "gateway",
    Connection: "Upgrade",
    Upgrade: "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
    "Sec-WebSocket-Protocol": subprotocol,
    Authorization: `Bearer ${token}`,
    ...form.headers,
  };
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}: ${value}`],
  );
  const first = `${form.method ?? "GET"} ${form.path ?? linkPath} HTTP/1.1`;
  return Buffer.from(`${[first, ...lines].join("\r\n")}\r\n\r\n`, "latin1");
}

/** What a gateway has sent: the status of its HTTP answer and the messages behind it. */
export interface Received {
  readonly status: number | undefined;
  readonly messages: readonly Uint8Array[];
  readonly closeCode: number | undefined;
}

/** Reads all that a gateway has sent so far; a frame that is cut short is left out. */
export function readAnswer(bytes: Buffer): Received {
  const headEnd = bytes.indexOf("\r\n\r\n");
  if (headEnd < 0) return { status: undefined, messages: [], closeCode: undefined };
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(bytes.toString("latin1", 0, 12))?.[1]);
  const messages: Uint8Array[] = [];
  const codes: number[] = [];
  for (let at = headEnd + 4; status === 101 && at + 2 <= bytes.length;) {
    const short = (bytes[at + 1] ?? 0) & 0x7f;
    const start = at + (short === 127 ? 10 : short === 126 ? 4 : 2);
    if (start > bytes.length) break;
    const sizeBytes =
      short === 127
        ? Number(bytes.readBigUInt64BE(at + 2))
        : short === 126
          ? bytes.readUInt16BE(at + 2)
          : short;
    const payload = bytes.subarray(start, start + sizeBytes);
    if (payload.length < sizeBytes) break;
    const opcode = (bytes[at] ?? 0) & 0x0f;
    if (opcode === opcodes.binary) messages.push(payload);
    if (opcode === opcodes.close) codes.push(sizeBytes >= 2 ? payload.readUInt16BE(0) : 1005);
    at = start + sizeBytes;
  }
  return { status, messages, closeCode: codes[0] };
}

/** WebSocket and HTTP used wrongly, byte by byte. */
import { maxFrameBytes } from "../../../src/wire/limits.ts";
import type { HostileInput } from "./attack.ts";
import { helloWith, lastPing, lastPong } from "./conversation.ts";
import { messagesOf, opcodes, upgradeRequest, webSocketFrame } from "./webSocketBytes.ts";

const hello = messagesOf(helloWith());
const frame = webSocketFrame;
const text = (value: string): Buffer => Buffer.from(value, "latin1");
const utf8Cut = Buffer.from([0xc3, 0x28]);
const fragments = (count: number, size: number): Buffer =>
  Buffer.concat(
    Array.from({ length: count }, (_, index) =>
      frame(Buffer.alloc(size), {
        opcode: index === 0 ? opcodes.binary : opcodes.continuation,
        isFinal: index === count - 1,
      }),
    ),
  );

/** After the upgrade: each must end in one of these codes though this side stays. */
function badFrames(token: string): HostileInput[] {
  const cases: readonly (readonly [string, Buffer, readonly number[]])[] = [
    ["an unmasked frame", frame(lastPing, { isMasked: false }), [1002]],
    ...[1, 2, 4, 7].map(
      (reserved) => ["reserved bits", frame(lastPing, { reserved }), [1002]] as const,
    ),
    ...[3, 4, 7, 11, 15].map(
      (opcode) => ["an unknown opcode", frame(lastPing, { opcode }), [1002]] as const,
    ),
    ["a text message", frame(text("hello"), { opcode: opcodes.text }), [4400]],
    ["an empty text message", frame(text(""), { opcode: opcodes.text }), [4400]],
    ["a text message that is no UTF-8", frame(utf8Cut, { opcode: opcodes.text }), [1007]],
    ["a message too large", frame(Buffer.alloc(maxFrameBytes + 1)), [1009]],
    ["a length that claims 4 GiB", frame(Buffer.alloc(9), { claimedBytes: 2 ** 32 }), [1009]],
    ["a length beyond 2^53", frame(Buffer.alloc(9), { claimedBytes: 2 ** 60 }), [1009]],
    ["fragments too large together", fragments(20, 65_536), [1009]],
    ["a continuation of nothing", frame(lastPing, { opcode: opcodes.continuation }), [1002]],
    [
      "a message within fragments",
      Buffer.concat([frame(lastPing, { isFinal: false }), frame(lastPing)]),
      [1002],
    ],
    [
      "a control frame in fragments",
      frame(text("x"), { opcode: opcodes.ping, isFinal: false }),
      [1002],
    ],
    ["a control frame too long", frame(Buffer.alloc(126), { opcode: opcodes.ping }), [1002]],
    ["a close code of one byte", frame(Buffer.alloc(1), { opcode: opcodes.close }), [1002]],
    [
      "a close code nobody may send",
      frame(Buffer.from([0x03, 0xed]), { opcode: opcodes.close }),
      [1002],
    ],
    [
      "a close reason that is no UTF-8",
      frame(Buffer.from([0x03, 0xe8, ...utf8Cut]), { opcode: opcodes.close }),
      [1007],
    ],
  ];
  return cases.map(([name, bytes, expected]) => ({
    name,
    bytes: [upgradeRequest(token), hello, bytes],
    stays: true,
    expected,
  }));
}

/** After the upgrade: odd, and allowed. */
function oddFrames(token: string): HostileInput[] {
  const control = (opcode: number, count: number) =>
    Buffer.concat(Array.from({ length: count }, () => frame(Buffer.alloc(125), { opcode })));
  const split = Buffer.concat(
    [...lastPing].map((byte, index) =>
      frame(Buffer.from([byte]), {
        opcode: index === 0 ? opcodes.binary : opcodes.continuation,
        isFinal: index === lastPing.length - 1,
      }),
    ),
  );
  const cases: readonly (readonly [string, Buffer])[] = [
    ["2,000 pings of the socket", control(opcodes.ping, 2_000)],
    ["2,000 pongs nobody asked for", control(opcodes.pong, 2_000)],
    ["lengths in more bytes than needed", frame(lastPing, { lengthBytes: 8 })],
    ["a ping in fragments of a byte", split],
    [
      "a message in 10,000 empty fragments",
      Buffer.concat([frame(lastPing, { isFinal: false }), fragments(10_000, 0).subarray(6)]),
    ],
  ];
  return cases.map(([name, bytes]) => ({
    name,
    bytes: [upgradeRequest(token), hello, bytes, messagesOf(lastPing)],
    answer: lastPong,
    expected: ["answered"],
  }));
}

/** No upgrade at all. */
function badRequests(token: string): HostileInput[] {
  const withHeader = (name: string, value: string | undefined) =>
    upgradeRequest(token, { headers: { [name]: value } });
  const cases: readonly (readonly [string, Buffer, readonly number[]])[] = [
    ["no subprotocol", withHeader("Sec-WebSocket-Protocol", undefined), [400]],
    ["another subprotocol", withHeader("Sec-WebSocket-Protocol", "slipstream.v1"), [400]],
    [
      "a subprotocol that is no token",
      withHeader("Sec-WebSocket-Protocol", "slipstream.v2,,(x)"),
      [400],
    ],
    ["an origin", withHeader("Origin", "https://evil.example"), [403]],
    ["no token", withHeader("Authorization", undefined), [401]],
    ["a wrong token", upgradeRequest("wrong"), [401]],
    ["a token of 4 KiB", upgradeRequest("x".repeat(4_096)), [401]],
    ["a header too long", withHeader("X-Long", "x".repeat(20_000)), [431]],
    [
      "2,500 headers",
      upgradeRequest(token, {
        headers: Object.fromEntries(Array.from({ length: 2_500 }, (_, at) => [`a${at}`, "b"])),
      }),
      [431],
    ],
    ["a wrong path", upgradeRequest(token, { path: "/v2/link" }), [404]],
    ["a path with a query", upgradeRequest(token, { path: "/v1/link?x=1" }), [404]],
    ["no key", withHeader("Sec-WebSocket-Key", undefined), [400]],
    ["a short key", withHeader("Sec-WebSocket-Key", "AAAA"), [400]],
    ["an old WebSocket", withHeader("Sec-WebSocket-Version", "7"), [400, 426]],
    ["another upgrade", withHeader("Upgrade", "h2c"), [400, 426]],
    [
      "another upgrade right behind a request",
      Buffer.concat([
        text("GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n"),
        upgradeRequest(token, { path: "/healthz", headers: { Upgrade: "h2c" } }),
      ]),
      [200],
    ],
    ["an upgrade by POST", upgradeRequest(token, { method: "POST" }), [400, 405]],
    ["no HTTP", text("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"), [400]],
    ["garbage", text("\0\0\0\0\r\n\r\n"), [400]],
    ["a header with a line break", text("GET / HTTP/1.1\r\nHost: x\r\nA: b\rc\r\n\r\n"), [400]],
    [
      "two lengths",
      text("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"),
      [400],
    ],
    ["a method nobody knows", text("FETCH / HTTP/1.1\r\nHost: x\r\n\r\n"), [400]],
    ["another method", text("DELETE /healthz HTTP/1.1\r\nHost: x\r\n\r\n"), [405]],
  ];
  return cases.map(([name, bytes, expected]) => ({ name, bytes: [bytes], stays: true, expected }));
}

/** Those that say little, late or never; each takes some seconds. */
export function slowInputs(token: string): HostileInput[] {
  const request = upgradeRequest(token);
  const drops = Array.from({ length: 40 }, (_, at) => request.subarray(3 * at, 3 * at + 3));
  const post = text("POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n");
  return [
    {
      name: "a request a few bytes at a time",
      bytes: drops,
      pieceMs: 300,
      stays: true,
      expected: [408],
    },
    { name: "a body that never comes", bytes: [post], stays: true, expected: [405] },
    { name: "no request", bytes: [], stays: true, expected: ["left", 408] },
    {
      name: "half a request",
      bytes: [request.subarray(0, 40)],
      stays: true,
      expected: ["left", 408],
    },
    { name: "no hello", bytes: [request], stays: true, expected: [4408] },
    {
      name: "half a frame instead of a hello",
      bytes: [request, hello.subarray(0, 9)],
      stays: true,
      expected: [4408],
    },
  ];
}

export const badSockets = (token: string): HostileInput[] => [
  ...badFrames(token),
  ...oddFrames(token),
  ...badRequests(token),
];

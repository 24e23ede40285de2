import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { decodeClientMessage, encodeClientMessage } from "../../../src/wire/codec.ts";
import { parseHello, parseWelcome } from "../../../src/wire/handshake.ts";

const hello = { protocolVersion: 2, client: "c" };
const welcome = { protocolVersion: 2, gateway: "g", upstream: "", maxStreams: 256 };

describe("the messages of chats", () => {
  it("carry a question as kind, number and JSON", () => {
    const message = { kind: "chat", stream: 300, question: '{"é":"😀"}' } as const;
    const frame = encodeClientMessage(message);
    const json = Buffer.from(message.question).toString("hex");
    assert.equal(Buffer.from(frame).toString("hex"), `abac02${json}`);
    assert.deepEqual(decodeClientMessage(frame), message);
  });

  it("are none in a hello and a welcome that say nothing of them", () => {
    const { session, resume } = parseHello(JSON.stringify(hello));
    assert.deepEqual({ session, resume }, { session: "", resume: [] });
    const { session: own, resumed } = parseWelcome(JSON.stringify(welcome));
    assert.deepEqual({ own, resumed }, { own: "", resumed: [] });
  });

  const chat = { stream: 1, receivedBytes: 0, takenBytes: 0 };
  for (const [what, part] of [
    ["nine chats", { resume: Array.from({ length: 9 }, () => chat) }],
    ["a chat numbered 0", { resume: [{ ...chat, stream: 0 }] }],
    ["a negative size", { resume: [{ ...chat, receivedBytes: -1 }] }],
    ["half a byte", { resume: [{ ...chat, takenBytes: 0.5 }] }],
    ["a session's id that is too long", { session: "x".repeat(65) }],
  ] as const) {
    it(`are refused with ${what}`, () => {
      assert.throws(() => parseHello(JSON.stringify({ ...hello, ...part })), { code: "protocol" });
    });
  }
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { countedChat } from "../../../src/chat/countedChat.ts";
import type { Piece } from "../../../src/wire/messages.ts";

describe("a source of chats that is counted", () => {
  it("tells of each question before it is asked, and of each answer that comes to its end", async () => {
    const told: unknown[] = [];
    const usage = { inputTokens: 9, cachedTokens: 1, outputTokens: 2 };
    const timings = { draftMs: undefined, firstRemoteMs: 1, totalMs: 2 };
    const said: readonly Piece[] = [
      { kind: "text", origin: "remote", text: "an answer" },
      { kind: "end", timings, usage },
    ];
    const source = countedChat(
      async function* (question) {
        told.push(question);
        yield* said;
        await Promise.resolve();
      },
      { began: () => told.push("began"), ended: (end) => told.push(end) },
    );
    const { signal } = new AbortController();
    const heard: Piece[] = [];
    for await (const piece of source("one", signal)) heard.push(piece);
    assert.deepEqual(heard, said);
    assert.deepEqual(told, ["began", "one", said[1]]);
    for await (const piece of source("two", signal)) if (piece.kind === "text") break;
    assert.deepEqual(told.slice(3), ["began", "two"], "it was not read to its end");
  });
});

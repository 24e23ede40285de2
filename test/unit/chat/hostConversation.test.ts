import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { hostConversation, type HostTurn } from "../../../src/chat/hostConversation.ts";
import { buildQuestion } from "../../../src/chat/question.ts";
import { parseChatQuestion } from "../../../src/wire/chat.ts";
import { selection } from "./exchanges.ts";

const user = (text: string): HostTurn => ({ role: "user", text });
const assistant = (text: string): HostTurn => ({ role: "assistant", text });
const told = (turns: readonly HostTurn[]) => {
  const conversation = hostConversation("c", turns);
  if (!conversation) return undefined;
  return parseChatQuestion(buildQuestion(conversation, "").json).turns;
};
const lines = (turns: readonly HostTurn[]) =>
  told(turns)?.map(({ role, text }) => `${role}: ${text}`);

void describe("A chat of the editor's own", () => {
  void it("is told as it is where the sides take turns", () => {
    assert.deepEqual(lines([user("one?"), assistant("one."), user("two?")]), [
      "user: one?",
      "assistant: one.",
      "user: two?",
    ]);
  });

  void it("has no turn without text, and none of the same side behind another", () => {
    assert.deepEqual(lines([user("one?"), assistant(""), user("two?")]), ["user: one?\n\ntwo?"]);
    assert.deepEqual(
      lines([user("one?"), assistant("one."), user(" "), assistant("more."), user("two?")]),
      ["user: one?", "assistant: one.\n\nmore.", "user: two?"],
    );
  });

  void it("has what goes with a question before it, also with one that has no text", () => {
    const turn = { ...user(""), attachments: [selection] };
    assert.deepEqual(lines([turn, user("why?")]), [
      "user: project/src/area.ts, lines 3-5:\n```typescript\nconst a = 1;\n```\n\nwhy?",
    ]);
    assert.match(lines([turn])?.[0] ?? "", /```$/);
  });

  void it("has nothing to answer where its last turn says nothing", () => {
    assert.equal(hostConversation("c", []), undefined);
    assert.equal(hostConversation("c", [user("one?"), assistant("one."), user("")]), undefined);
    assert.equal(hostConversation("c", [assistant("Hello.")]), undefined);
  });

  void it("takes turns with text, the person first, whatever was said", () => {
    const turn = fc.record({
      role: fc.constantFrom("user" as const, "assistant" as const),
      text: fc.constantFrom("", " ", "\n", "a", "b"),
    });
    fc.assert(
      fc.property(fc.array(turn), (turns) => {
        for (const [at, { role, text }] of (told(turns) ?? []).entries()) {
          assert.equal(role, at % 2 === 0 ? "user" : "assistant");
          assert.notEqual(text.trim(), "");
        }
      }),
    );
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { Failure } from "../../../src/base/failure.ts";
import type { Attachment, Exchange } from "../../../src/chat/conversation.ts";
import { buildQuestion } from "../../../src/chat/question.ts";
import { parseChatQuestion } from "../../../src/wire/chat.ts";
import { maxQuestionBytes } from "../../../src/wire/limits.ts";
import { exchange, selection } from "./exchanges.ts";

const coming = (question: string, attachments = [selection]): Exchange =>
  exchange(question, { text: "", state: "coming" }, attachments);
const build = (exchanges: readonly Exchange[], limitBytes?: number) => {
  const built = buildQuestion({ id: "c", exchanges }, "Be brief.", limitBytes);
  return { ...built, ...parseChatQuestion(built.json) };
};

void describe("A chat's question", () => {
  void it("has the whole conversation, what was attached before its question", () => {
    const { turns, instructions, conversation, isShortened } = build([
      exchange("one"),
      coming("two"),
    ]);
    assert.equal(conversation, "c");
    assert.equal(instructions, "Be brief.");
    assert.equal(isShortened, false);
    assert.deepEqual(turns, [
      { role: "user", text: "one" },
      { role: "assistant", text: "about one" },
      {
        role: "user",
        text: "project/src/area.ts, lines 3-5:\n```typescript\nconst a = 1;\n```\n\ntwo",
      },
    ]);
  });

  void it("names no home directory", () => {
    assert.doesNotMatch(build([coming("two")]).json, /home/);
  });

  void it("puts code with fences into longer ones", () => {
    const text = "````\ncode\n````";
    assert.match(
      build([coming("two", [{ ...selection, text }])]).turns[0]?.text ?? "",
      /`{5}typescript\n````\ncode\n````\n`{5}\n/,
    );
  });

  void it("leaves out what was retracted", () => {
    const { turns, isShortened } = build([
      exchange("bad", { marks: ["retracted"] }),
      exchange("silent", { text: "", marks: ["retracted"] }),
      exchange("half", { text: "It is", state: "stopped" }),
      coming("now", []),
    ]);
    assert.deepEqual(
      turns.map(({ text }) => text),
      ["half", "It is", "now"],
    );
    assert.equal(isShortened, false);
  });

  const unanswered = (question: string, attachments: Attachment[] = []) =>
    exchange(question, { text: "", state: "stopped" }, attachments);

  void it("has a question without an answer in the turn of the next one", () => {
    const { turns, isShortened } = build([
      unanswered("explain", [selection]),
      exchange("briefly"),
      unanswered("and this"),
      unanswered("in short"),
      coming("mind CRLF", []),
    ]);
    assert.deepEqual(
      turns.map(({ role, text }) => `${role}: ${text}`),
      [
        "user: project/src/area.ts, lines 3-5:\n```typescript\nconst a = 1;\n```\n\nexplain\n\nbriefly",
        "assistant: about briefly",
        "user: and this\n\nin short\n\nmind CRLF",
      ],
    );
    assert.equal(isShortened, false);
  });

  void it("leaves out what a model would not answer, and tells what it broke off", () => {
    const { turns, isShortened } = build([
      exchange("too much", { text: "", state: "failed", problem: "refused" }, [selection]),
      exchange("half", { text: "It is", state: "failed", problem: "down" }),
      coming("say hi", []),
    ]);
    assert.deepEqual(
      turns.map(({ text }) => text),
      ["half", "It is", "say hi"],
    );
    assert.equal(isShortened, false);
  });

  void it("says once what was asked twice", () => {
    const { turns } = build([unanswered("explain", [selection]), coming("explain")]);
    assert.equal(turns.length, 1);
    assert.equal(turns[0]?.text.match(/explain/g)?.length, 1);
    assert.equal(turns[0].text.match(/const a/g)?.length, 1);
  });

  void it("leaves out a question without an answer that is too large, and says so", () => {
    const { turns, isShortened } = build([
      exchange("lost"),
      unanswered("x".repeat(maxQuestionBytes)),
      exchange("small"),
      coming("now", []),
    ]);
    assert.deepEqual(
      turns.map(({ text }) => text),
      ["small", "about small", "now"],
    );
    assert.equal(isShortened, true);
  });

  void it("that would be too long leaves out the oldest, and says so", () => {
    const long = "x".repeat(maxQuestionBytes / 3);
    const exchanges = [exchange("1", { text: long }), exchange("2", { text: long })];
    const { json, turns, isShortened } = build([...exchanges, exchange(long), coming("now")]);
    assert.ok(Buffer.byteLength(json) <= maxQuestionBytes);
    assert.equal(isShortened, true);
    assert.equal(turns.length, 3);
    assert.equal(turns[0]?.text, long);
  });

  void it("is too large when its last question alone is", () => {
    assert.throws(
      () => build([coming("ä".repeat(maxQuestionBytes / 2))]),
      (error) => error instanceof Failure && error.code === "too-large",
    );
  });

  void it("has no more turns than the link takes", () => {
    const many = Array.from({ length: 600 }, (_, at) => exchange(`${at}`));
    const { turns, isShortened } = build([...many, coming("now")]);
    assert.equal(turns.length, 999);
    assert.equal(turns[0]?.text, "101");
    assert.equal(isShortened, true);
  });

  void it("never exceeds its limit, and keeps the end of the conversation as it was", () => {
    const texts = fc.array(fc.string({ unit: "binary", maxLength: 300 }), { maxLength: 12 });
    fc.assert(
      fc.property(texts, fc.integer({ min: 400, max: 4_000 }), (questions, limitBytes) => {
        const exchanges = [...questions.map((text) => exchange(text)), coming("now", [])];
        const { json, turns, isShortened } = build(exchanges, limitBytes);
        assert.ok(Buffer.byteLength(json) <= limitBytes);
        const all = build(exchanges).turns;
        assert.deepEqual(turns, all.slice(all.length - turns.length));
        assert.equal(isShortened, turns.length < all.length);
      }),
    );
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ChatHistory } from "../../../src/chat/history.ts";
import { titleOf } from "../../../src/chat/conversation.ts";
import { exchange, selection } from "./exchanges.ts";

/** A store that forgets everything but JSON, as the editor's does. */
function store(value?: unknown) {
  let json = value === undefined ? undefined : JSON.stringify(value);
  return {
    read: (): unknown => (json === undefined ? undefined : JSON.parse(json)),
    write: (written: unknown) => {
      json = JSON.stringify(written);
    },
  };
}

const conversation = (id: string, ...questions: string[]) => ({
  id,
  exchanges: questions.map((question) => exchange(question, {}, [selection])),
});
const idsOf = (history: ChatHistory) => history.conversations.map(({ id }) => id);

void describe("The history of chats", () => {
  void it("is there in the next window, the newest first", () => {
    const kept = store();
    const history = new ChatHistory(kept);
    history.keep(conversation("a", "one"));
    history.keep(conversation("b", "two"));
    history.keep(conversation("a", "one", "three"));
    const next = new ChatHistory(kept);
    assert.deepEqual(next.conversations, [
      conversation("a", "one", "three"),
      conversation("b", "two"),
    ]);
  });

  void it("keeps no empty conversation, and none that was deleted", () => {
    const kept = store();
    const history = new ChatHistory(kept);
    history.keep(conversation("empty"));
    history.keep(conversation("a", "one"));
    history.forget("a");
    assert.deepEqual(idsOf(new ChatHistory(kept)), []);
  });

  void it("says of an answer that was coming when its window closed that it was stopped", () => {
    const half = exchange("one", { text: "It", state: "coming" });
    const history = new ChatHistory(store([{ id: "a", exchanges: [half] }]));
    assert.equal(history.conversations[0]?.exchanges[0]?.answer.state, "stopped");
  });

  void it("leaves out what is broken, and keeps the rest", () => {
    const broken = [{ id: "a" }, 7, null, conversation("b", "two")];
    assert.deepEqual(idsOf(new ChatHistory(store(broken))), ["b"]);
    assert.deepEqual(idsOf(new ChatHistory(store("nothing"))), []);
  });

  void it("forgets the oldest beyond 30 conversations or 2 million characters", () => {
    const history = new ChatHistory(store());
    for (let at = 0; at < 40; at++) history.keep(conversation(`${at}`, "one"));
    assert.equal(idsOf(history).length, 30);
    assert.equal(idsOf(history)[0], "39");
    for (const id of ["a", "b", "c"]) history.keep(conversation(id, "x".repeat(400_000)));
    assert.deepEqual(idsOf(history).slice(0, 4), ["c", "b", "39", "38"]);
  });

  /** A conversation that was left when its last question was asked again. */
  const again = (at: number) => {
    const last = { ...exchange("two", { text: `answer ${at}` }), id: `again${at}` };
    const repeats = at === 0 ? {} : { repeats: "again0" };
    return { id: `again${at}`, exchanges: [exchange("one"), { ...last, ...repeats }] };
  };

  void it("keeps the first answer and the newest five of a question that is asked again and again, and the others beside them", () => {
    const history = new ChatHistory(store());
    for (let at = 0; at < 20; at++) history.keep(conversation(`old${at}`, `question ${at}`));
    for (let at = 0; at < 20; at++) history.keep(again(at));
    const ids = idsOf(history);
    const newest = [19, 18, 17, 16, 15].map((at) => `again${at}`);
    assert.deepEqual(ids.slice(0, 6), [...newest, "again0"]);
    assert.equal(ids.length, 26);
  });

  void it("keeps what came after an answer that was asked for again", () => {
    const history = new ChatHistory(store());
    const { exchanges } = again(0);
    history.keep({ id: "further", exchanges: [...exchanges, exchange("three")] });
    for (let at = 1; at < 20; at++) history.keep(again(at));
    assert.equal(idsOf(history).at(-1), "further");
  });

  const withFiles = (id: string, ...fileChars: number[]) => ({
    id,
    exchanges: fileChars.map((chars, at) =>
      exchange(`${at}`, {}, [{ ...selection, text: "x".repeat(chars) }]),
    ),
  });

  void it("keeps the others beside a conversation that is too large, and all that was said in it", () => {
    const history = new ChatHistory(store());
    history.keep(conversation("old", "one"));
    history.keep(withFiles("large", ...Array<number>(30).fill(100_000)));
    assert.deepEqual(idsOf(history), ["large", "old"]);
    const exchanges = history.conversations[0]?.exchanges ?? [];
    assert.equal(exchanges.length, 30);
    assert.equal(exchanges[20]?.attachments.length, 0, "what the oldest had attached is left out");
    assert.equal(exchanges[21]?.attachments.length, 1);
    assert.equal(exchanges[20].answer.text, "about 20");
  });

  void it("keeps the others beside a long text without attachments", () => {
    const history = new ChatHistory(store());
    history.keep(conversation("old", "one"));
    history.keep({ id: "long", exchanges: [exchange("x".repeat(2_500_000))] });
    assert.deepEqual(idsOf(history), ["long", "old"]);
  });

  void it("calls a conversation by the begin of its first question", () => {
    assert.equal(titleOf(conversation("a", "What is\nthis?")), "What is");
    assert.equal(titleOf(conversation("a", `${"x".repeat(59)}😀y`)), `${"x".repeat(59)}…`);
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ChatSession, type SessionChange } from "../../../src/chat/chatSession.ts";
import type { Attachment, Conversation } from "../../../src/chat/conversation.ts";
import { parseChatQuestion } from "../../../src/wire/chat.ts";
import type { Piece } from "../../../src/wire/messages.ts";
import { type ChatEnd, ChatScript } from "../../helpers/chatSources.ts";
import { ChatWorld } from "../../helpers/chatWorld.ts";
import { settled } from "../../helpers/settled.ts";
import { selection } from "./exchanges.ts";

/** A session over a link to a gateway whose model answers by script. */
async function open(textsOf: (question: string) => Iterable<string>, last: ChatEnd = "end") {
  const script = new ChatScript(textsOf, last);
  const world = new ChatWorld({ chat: script.answer });
  await world.ready();
  let count = 0;
  const changes: SessionChange[] = [];
  const rules = { isOpen: true };
  const session = new ChatSession({
    source: (...ask) => world.link.chat(...ask),
    instructions: "",
    maySend: () => Promise.resolve(rules.isOpen),
    sentenceOf: ({ code }) => code,
    newId: () => `id${(count += 1)}`,
  });
  session.onChange((change) => changes.push(change));
  /** Asks and lets everything happen that does not wait for the model. */
  const ask = async (question: string, attachments: Attachment[] = []) => {
    const done = session.ask(question, attachments);
    await world.flow();
    return done;
  };
  const answers = () => session.conversation.exchanges.map(({ answer }) => answer);
  const asked = () => parseChatQuestion(script.last.question).turns.map(({ text }) => text);
  return { script, world, session, changes, rules, ask, answers, asked };
}

void describe("A chat", () => {
  void it("tells each text as it comes, and in the end the whole answer", async () => {
    const { ask, answers, changes } = await open(() => ["It ", "is."]);
    await ask("what");
    assert.deepEqual(answers(), [{ text: "It is.", state: "whole", marks: [] }]);
    assert.deepEqual(
      changes.map((change) => (change.kind === "text" ? change.text : change.kind)),
      ["conversation", "It ", "is.", "answer"],
    );
  });

  void it("that is stopped keeps what has come, tells so at once, and stops the model", async () => {
    const { ask, answers, session, script, world } = await open(() => ["It "], "hang");
    void ask("what");
    await world.flow();
    session.stop();
    assert.deepEqual(answers(), [{ text: "It ", state: "stopped", marks: [] }]);
    await world.flow();
    assert.equal(script.last.isClosed, true);
    await settled();
    assert.equal(answers()[0]?.state, "stopped");
  });

  void it("that is stopped takes nothing more from a source that goes on", async () => {
    const more = Promise.withResolvers<undefined>();
    const session = new ChatSession({
      source: async function* (): AsyncGenerator<Piece> {
        yield { kind: "text", origin: "remote", text: "It " };
        await more.promise;
        yield { kind: "text", origin: "remote", text: "is." };
      },
      instructions: "",
      maySend: () => Promise.resolve(true),
      sentenceOf: ({ code }) => code,
      newId: () => "id",
    });
    const done = session.ask("what", []);
    await settled();
    session.stop();
    more.resolve(undefined);
    await done;
    const [exchange] = session.conversation.exchanges;
    assert.deepEqual(exchange?.answer, { text: "It ", state: "stopped", marks: [] });
  });

  void it("stops the answer that is coming for the next question", async () => {
    const { ask, answers, asked, world } = await open(() => ["It "], "hang");
    void ask("one");
    await world.flow();
    void ask("two");
    await world.flow();
    assert.deepEqual(
      answers().map(({ state }) => state),
      ["stopped", "coming"],
    );
    assert.deepEqual(asked(), ["one", "It ", "two"]);
  });

  void it("says in words why an answer failed, beside what has come of it", async () => {
    const { ask, answers } = await open(() => ["It "], "fail");
    await ask("what");
    assert.deepEqual(answers(), [{ text: "It ", state: "failed", problem: "internal", marks: [] }]);
  });

  void it("goes on where it was when its link was cut", async () => {
    const { session, answers, world, script } = await open(function* () {
      for (let at = 0; at < 2_000; at++) yield `word ${at} of a long answer. `;
    });
    const done = session.ask("what", []);
    const flowUntil = async (isReached: () => boolean) => {
      for (let turn = 0; turn < 5_000 && !isReached(); turn++) {
        if (await world.step("server")) continue;
        if (world.link.state.kind === "waiting") await world.dialAgain();
        else world.clock.advance(5);
      }
    };
    await flowUntil(() => (answers()[0]?.text.length ?? 0) >= 10_000);
    await world.cut();
    assert.equal(answers()[0]?.state, "coming");
    await flowUntil(() => answers()[0]?.state !== "coming");
    await done;
    assert.equal(answers()[0]?.state, "whole");
    const whole = Array.from({ length: 2_000 }, (_, at) => `word ${at} of a long answer. `);
    assert.equal(answers()[0]?.text, whole.join(""));
    assert.equal(script.answers.length, 1);
  });

  void it("asked again leaves the old answer and what came after it", async () => {
    const { ask, session, world, answers, asked } = await open((question) => [
      `${question.length}`,
    ]);
    await ask("one", [selection]);
    await ask("two");
    const [first] = session.conversation.exchanges;
    const done = session.askAgain(first?.id ?? "");
    await world.flow();
    await done;
    assert.equal(answers().length, 1);
    assert.deepEqual(session.conversation.exchanges[0]?.attachments, [selection]);
    assert.equal(asked().length, 1);
  });

  void it("knows which question is asked again, however often, and which is another one", async () => {
    const { ask, session, world } = await open(() => ["fine"]);
    await ask("one");
    const now = () => session.conversation.exchanges[0];
    const first = now()?.id ?? "";
    for (let times = 0; times < 2; times++) {
      const done = session.askAgain(now()?.id ?? "");
      await world.flow();
      await done;
      assert.equal(now()?.repeats, first);
    }
    const done = session.edit(now()?.id ?? "", "two", []);
    await world.flow();
    await done;
    assert.equal(now()?.repeats, undefined);
  });

  void it("with an edited question goes on from what was before it", async () => {
    const { ask, session, world, asked } = await open(() => ["fine"]);
    await ask("one");
    await ask("two");
    const done = session.edit(session.conversation.exchanges[1]?.id ?? "", "three", []);
    await world.flow();
    await done;
    assert.deepEqual(asked(), ["one", "fine", "three"]);
  });

  void it("goes on as another conversation where answers would be lost", async () => {
    const { ask, session, world } = await open(() => ["fine"]);
    const again = async (question: number) => {
      const done = session.askAgain(session.conversation.exchanges[question]?.id ?? "");
      await world.flow();
      await done;
    };
    const kept: Conversation[] = [];
    session.onChange(() => kept.push(session.conversation));
    await ask("one");
    await ask("two");
    const asItWas = session.conversation;
    await again(0);
    assert.notEqual(session.conversation.id, asItWas.id);
    assert.deepEqual(
      kept.findLast(({ id }) => id === asItWas.id),
      asItWas,
    );
    const { id } = session.conversation;
    await again(0);
    assert.notEqual(session.conversation.id, id, "one answer is an answer too");
  });

  void it("stays the same conversation where its last question has no answer to lose", async () => {
    const { ask, session, world } = await open(() => [], "fail");
    await ask("one");
    const { id, exchanges } = session.conversation;
    const done = session.edit(exchanges[0]?.id ?? "", "two", []);
    await world.flow();
    await done;
    assert.equal(session.conversation.id, id);
    assert.deepEqual(
      session.conversation.exchanges.map(({ question }) => question),
      ["two"],
    );
  });

  void it("does not tell the model a bad answer again", async () => {
    const { ask, session, asked, answers } = await open(() => ["wrong"]);
    await ask("one");
    session.retract(session.conversation.exchanges[0]?.id ?? "");
    assert.deepEqual(answers()[0]?.marks, ["retracted"]);
    await ask("two");
    assert.deepEqual(asked(), ["two"]);
  });

  void it("sends nothing any more of what rules have come to forbid", async () => {
    const { ask, rules, asked } = await open(() => ["fine"]);
    await ask("one", [selection]);
    assert.match(asked()[0] ?? "", /const a = 1/);
    rules.isOpen = false;
    await ask("two", [selection]);
    assert.deepEqual(asked(), ["one", "fine", "two"]);
  });

  void it("marks an answer without what rules have come to forbid", async () => {
    const { ask, rules, answers, session } = await open(() => ["fine"]);
    await ask("one", [selection]);
    rules.isOpen = false;
    await ask("two");
    await ask("x".repeat(300_000));
    await ask("y".repeat(300_000));
    session.retract(session.conversation.exchanges[0]?.id ?? ""); // it is told to no model
    await ask("three");
    assert.deepEqual(
      answers().map(({ marks }) => marks),
      [["retracted"], ["withheld"], ["withheld"], ["shortened", "withheld"], ["shortened"]],
    );
  });

  void it("marks an answer to a question that was shortened", async () => {
    const { ask, answers } = await open(() => ["fine"]);
    await ask("x".repeat(300_000));
    await ask("y".repeat(300_000));
    assert.deepEqual(
      answers().map(({ marks }) => marks),
      [[], ["shortened"]],
    );
  });

  void it("marks an answer that the model broke off at its limit", async () => {
    const { ask, answers } = await open(() => ["It is"], "cut");
    await ask("what");
    assert.deepEqual(answers(), [{ text: "It is", state: "whole", marks: ["cut"] }]);
  });

  void it("goes on with another conversation without the answer that was coming", async () => {
    const { ask, session, world, answers, script } = await open(() => ["It "], "hang");
    void ask("one");
    await world.flow();
    const left = () => session.conversation;
    session.open();
    assert.deepEqual(left().exchanges, []);
    await world.flow();
    assert.equal(script.last.isClosed, true);
    assert.deepEqual(answers(), []);
  });
});

import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { ChatSession } from "../../../src/chat/chatSession.ts";
import { ChatHistory, type HistoryStore } from "../../../src/chat/history.ts";
import { HistoryKeeper } from "../../../src/chat/historyKeeper.ts";
import type { Piece } from "../../../src/wire/messages.ts";
import { textPiece } from "../../helpers/fakeSource.ts";
import { ManualClock } from "../../helpers/manualClock.ts";
import { settled } from "../../helpers/settled.ts";

void describe("The conversation in front", () => {
  let clock: ManualClock;
  let session: ChatSession;
  let store: HistoryStore;
  let keeper: HistoryKeeper;
  /** Lets a text come. */
  let say: (text: string) => Promise<void>;
  beforeEach(() => {
    let written: unknown;
    let said = Promise.withResolvers<string>();
    say = async (text) => {
      said.resolve(text);
      await settled();
    };
    let count = 0;
    clock = new ManualClock();
    session = new ChatSession({
      source: async function* (_question, signal): AsyncIterable<Piece> {
        signal.addEventListener("abort", () => {
          said.reject(signal.reason);
        });
        for (;;) {
          yield textPiece(await said.promise);
          said = Promise.withResolvers();
        }
      },
      instructions: "",
      maySend: () => Promise.resolve(true),
      sentenceOf: ({ code }) => code,
      newId: () => `id${(count += 1)}`,
    });
    store = {
      read: () => written,
      write: (value) => {
        written = value;
      },
    };
    keeper = new HistoryKeeper(session, new ChatHistory(store), clock);
  });
  /** What the next window would show. */
  const kept = () =>
    new ChatHistory(store).conversations.flatMap(({ exchanges }) =>
      exchanges.map(({ answer }) => answer.text),
    );

  void it("is kept every few seconds while text comes, and not at each piece", async () => {
    void session.ask("what", []);
    await say("It ");
    await say("is ");
    assert.deepEqual(kept(), [""]);
    clock.advance(3_000);
    assert.deepEqual(kept(), ["It is "]);
    assert.equal(clock.timerCount, 0, "no timer where nothing comes");
    await say("so.");
    clock.advance(3_000);
    assert.deepEqual(kept(), ["It is so."]);
  });

  void it("is kept at once when its answer ends, without a timer that goes on", async () => {
    void session.ask("what", []);
    await say("It ");
    session.stop();
    assert.deepEqual(kept(), ["It "]);
    assert.equal(clock.timerCount, 0);
  });

  void it("is kept with all that has come when its window is left", async () => {
    void session.ask("what", []);
    await say("It ");
    keeper.dispose();
    session.dispose();
    assert.deepEqual(kept(), ["It "]);
    assert.equal(clock.timerCount, 0);
  });

  void it("is left where it is deleted, and its answer does not bring it back", async () => {
    void session.ask("what", []);
    await say("It ");
    const { id } = session.conversation;
    keeper.forget(id);
    assert.deepEqual(session.conversation.exchanges, []);
    assert.notEqual(session.conversation.id, id);
    await settled();
    clock.advance(3_000);
    assert.deepEqual(kept(), []);
  });

  void it("stays where another one is deleted", async () => {
    void session.ask("what", []);
    session.open();
    const [left] = new ChatHistory(store).conversations;
    void session.ask("else", []);
    await say("It ");
    keeper.forget(left?.id ?? "");
    session.stop();
    assert.deepEqual(kept(), ["It "]);
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Piece } from "../../../src/wire/messages.ts";
import { chatOf } from "../../../src/gateway/chatPipeline.ts";
import type { AnswerEnd, Upstream } from "../../../src/gateway/upstreams/upstream.ts";
import { HandUpstream } from "../../helpers/handUpstream.ts";
import { ManualClock } from "../../helpers/manualClock.ts";
import { isFailure } from "../../helpers/clientEnd/clientEnd.ts";

const never = new AbortController().signal;
const question = {
  conversation: "c1",
  instructions: "be brief",
  turns: [{ role: "user", text: "why?" }],
} as const;
const end: AnswerEnd = {
  stop: "done",
  usage: { inputTokens: 7, cachedTokens: undefined, outputTokens: 2 },
};

describe("a chat at the gateway", () => {
  const clock = new ManualClock();
  const silent: Upstream = {
    name: "",
    // eslint-disable-next-line require-yield -- nobody asks it
    async *complete() {
      return Promise.resolve(end);
    },
    dispose: () => undefined,
  };

  const asked = (model: Upstream): AsyncIterator<Piece> => {
    const chat = chatOf(model, clock);
    assert.ok(chat);
    return chat(JSON.stringify(question), never)[Symbol.asyncIterator]();
  };

  it("is not there where the model cannot chat", () => {
    assert.equal(chatOf(silent, clock), undefined);
    assert.equal(chatOf(undefined, clock), undefined);
  });

  it("gives the model the whole question and its text back, with the times and what was counted", async () => {
    const asked: unknown[] = [];
    const chat = chatOf(
      {
        ...silent,
        async *chat(heard) {
          asked.push(heard);
          clock.advance(5);
          yield "be";
          clock.advance(2);
          yield await Promise.resolve("cause");
          return end;
        },
      },
      clock,
    );
    const pieces: Piece[] = [];
    for await (const piece of chat?.(JSON.stringify(question), never) ?? []) pieces.push(piece);
    assert.deepEqual(asked, [question]);
    assert.deepEqual(pieces, [
      { kind: "text", origin: "remote", text: "be" },
      { kind: "text", origin: "remote", text: "cause" },
      {
        kind: "end",
        timings: { draftMs: undefined, firstRemoteMs: 5, totalMs: 7 },
        usage: end.usage,
      },
    ]);
  });

  for (const stop of ["limit", "filtered"] as const) {
    it(`says of an answer that it is not whole: ${stop}`, async () => {
      const model = async function* () {
        yield await Promise.resolve("be");
        return { ...end, stop };
      };
      const pieces: Piece[] = [];
      const chat = chatOf({ ...silent, chat: model }, clock);
      for await (const piece of chat?.(JSON.stringify(question), never) ?? []) pieces.push(piece);
      const last = pieces.at(-1);
      assert.equal(last?.kind === "end" && last.cut, stop);
    });
  }

  it("says in the end which of several models it was", async () => {
    const model = async function* () {
      yield await Promise.resolve("be");
      return { ...end, upstream: "the second" };
    };
    const pieces: Piece[] = [];
    const chat = chatOf({ ...silent, chat: model }, clock);
    for await (const piece of chat?.(JSON.stringify(question), never) ?? []) pieces.push(piece);
    const last = pieces.at(-1);
    assert.equal(last?.kind === "end" && last.upstream, "the second");
  });

  it("stops the model when its reader stops reading", async () => {
    const model = new HandUpstream();
    const pieces = asked(model);
    const read = pieces.next();
    model.last.say("be");
    await read;
    await pieces.return?.();
    assert.ok(model.last.signal.aborted);
    assert.equal(model.running, 0);
  });

  it("does not stop the model that has answered", async () => {
    const model = new HandUpstream();
    const pieces = asked(model);
    const read = pieces.next();
    model.last.end();
    await read;
    await pieces.return?.();
    assert.equal(model.last.signal.aborted, false);
  });

  for (const bad of ["", "{}", '{"turns":[]}', JSON.stringify({ ...question, turns: [] })]) {
    it(`refuses ${bad || "nothing"} as a question`, async () => {
      const chat = chatOf({ ...silent, chat: () => assert.fail("nobody asks it") }, clock);
      const asking = async () => {
        for await (const piece of chat?.(bad, never) ?? []) assert.fail(JSON.stringify(piece));
      };
      await assert.rejects(asking, isFailure("protocol"));
    });
  }
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { DoubleRecord } from "../../../../helpers/openaiDouble/response.ts";
import { never, request } from "../upstreamFixture.ts";
import { chatted, question, setStage, type Stage } from "./stage.ts";

const said = "hello world";
const parentOf = (record: DoubleRecord | undefined) => record?.body["previous_response_id"];
const inputOf = (record: DoubleRecord | undefined) =>
  (record?.body["input"] as { role: string; content: string }[]).map(
    ({ role, content }) => `${role}: ${content}`,
  );

/** A stage where a first question has been answered. */
async function begun(t: Parameters<typeof setStage>[0]): Promise<Stage> {
  const stage = await setStage(t);
  assert.equal(await chatted(stage, question("first")), said);
  return stage;
}

describe("openai-responses: a chat", () => {
  it("sends only the new turns, behind what the server has", async (t) => {
    const stage = await begun(t);
    await chatted(stage, question("first", said, "second"));
    await chatted(stage, question("first", said, "second", said, "third"));
    const [first, second, third] = stage.double.records;
    assert.deepEqual(inputOf(first), ["user: first"]);
    assert.equal(parentOf(first), undefined);
    assert.deepEqual(inputOf(second), ["user: second"]);
    assert.deepEqual(inputOf(third), ["user: third"]);
    assert.ok(typeof parentOf(second) === "string" && typeof parentOf(third) === "string");
    assert.equal(first?.lane, third?.lane);
    for (const { body } of stage.double.records) assert.equal(body["instructions"], "Be brief.");
    assert.ok((third?.cachedTokens ?? 0) > (second?.cachedTokens ?? 0));
  });

  const changed = [
    ["another question before", question("other", said, "second")],
    ["another answer", question("first", "hello", "second")],
    ["other instructions", { ...question("first", said, "second"), instructions: "Be long." }],
    ["another conversation", { ...question("first", said, "second"), conversation: "two" }],
    ["nothing new", question("first")],
  ] as const;
  for (const [what, asked] of changed) {
    it(`sends all of it where it has ${what}`, async (t) => {
      const stage = await begun(t);
      await chatted(stage, asked);
      const [, second] = stage.double.records;
      assert.equal(parentOf(second), undefined);
      assert.equal(inputOf(second).length, asked.turns.length);
    });
  }

  it("goes on side by side with others", async (t) => {
    const stage = await setStage(t);
    const ask = (conversation: string, ...texts: string[]) =>
      chatted(stage, { ...question(...texts), conversation });
    for (const name of ["one", "two", "three"]) await ask(name, name);
    for (const name of ["one", "two", "three"]) await ask(name, name, said, "more");
    const later = stage.double.records.slice(3);
    assert.equal(new Set(later.map(({ lane }) => lane)).size, 3);
    assert.ok(later.every((record) => parentOf(record) !== undefined));
    assert.equal(stage.double.connections, 2); // one is for completions
  });

  it("sends all of it once more when the server has lost it", async (t) => {
    const stage = await begun(t);
    for (const session of stage.double.sessions) session.forget();
    assert.equal(await chatted(stage, question("first", said, "second")), said);
    const [, failed, again] = stage.double.records;
    assert.equal(typeof parentOf(failed), "string");
    assert.equal(parentOf(again), undefined);
    assert.equal(inputOf(again).length, 3);
    assert.equal(stage.double.records.length, 3);
  });

  it("sends all of it on another socket when its own was lost", async (t) => {
    const stage = await begun(t);
    stage.double.closeIdleConnections();
    assert.equal(await chatted(stage, question("first", said, "second")), said);
    assert.equal(inputOf(stage.double.records.at(-1)).length, 3);
  });

  it("sends all of it, on another lane, while an abandoned answer runs out", async (t) => {
    const stage = await begun(t);
    const { double, upstream } = stage;
    double.script = { outcome: { kind: "stalled", afterTokens: 1 } };
    const answer = upstream.chat(question("first", said, "second"), never);
    await answer.next();
    await answer.return({ stop: "done", usage: undefined });
    double.script = {};
    assert.equal(await chatted(stage, question("first", said, "second", "hello", "third")), said);
    const [, abandoned, next] = double.records;
    assert.notEqual(abandoned?.lane, next?.lane);
    assert.equal(abandoned?.connection, next?.connection);
    assert.equal(inputOf(next).length, 5);
  });

  it("may be thought about for longer than a completion", async (t) => {
    const outcome = { kind: "silent" } as const;
    const { upstream, double, clock } = await setStage(
      t,
      { outcome },
      { firstTextTimeoutMs: 1_000 },
    );
    const answer = upstream.chat(question("first"), never).next();
    await double.until(() => double.records.length === 1);
    const completion = upstream.complete(request(), never).next();
    await double.until(() => double.records.length === 2);
    clock.advance(1_000);
    await assert.rejects(completion, { code: "deadline" });
    double.script = {};
    const other = upstream.chat({ ...question("second"), conversation: "two" }, never);
    await other.next(); // by now the first would have ended
    upstream.dispose();
    await assert.rejects(answer, { code: "upstream-unreachable" });
  });

  it("goes on from socket to socket where there are no lanes", async (t) => {
    const stage = await setStage(t, { hasLanes: false }, { lanes: "off" });
    await chatted(stage, question("first"));
    await chatted(stage, question("first", said, "second"));
    const [first, second] = stage.double.records;
    assert.equal(typeof parentOf(second), "string");
    assert.equal(first?.connection, second?.connection);
    assert.ok(!("stream_id" in (second?.body ?? {})));
  });
});

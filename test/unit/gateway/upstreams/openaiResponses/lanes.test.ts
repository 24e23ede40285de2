import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { drainLimitMs } from "../../../../../src/gateway/upstreams/openaiResponses/lane.ts";
import { spareIdleMs } from "../../../../../src/gateway/upstreams/openaiResponses/pool.ts";
import { maxWaiting } from "../../../../../src/gateway/upstreams/openaiResponses/waitingLine.ts";
import { failureOf, piecesOf, request, textOf, textsOf } from "../upstreamFixture.ts";
import { chatted, question, setStage, type Stage } from "./stage.ts";

const many = Array.from({ length: 200 }, (_, index) => `t${index} `);
const stalled = { outcome: { kind: "stalled", afterTokens: 1 } } as const;

/** Asks in a file of its own, as far as its first text; returns what ends it. */
async function begun(upstream: Stage["upstream"], path: string): Promise<AbortController> {
  const controller = new AbortController();
  await upstream.complete(request({ path }), controller.signal).next();
  return controller;
}

describe("openai-responses: lanes", () => {
  it("opens its socket before the first request", async (t) => {
    const { double, upstream } = await setStage(t);
    await double.until(() => double.sessions.length === 1);
    await textsOf(upstream);
    assert.equal(double.connections, 1);
  });

  it("uses six names for all completions of a socket, never a new one for a request", async (t) => {
    const { double, upstream } = await setStage(t);
    for (let round = 0; round < 12; round++) {
      const paths = Array.from({ length: 5 }, (_, index) => request({ path: `${index}.ts` }));
      await Promise.all(paths.map((asked) => textsOf(upstream, undefined, asked)));
    }
    const names = new Set(double.records.map(({ lane }) => lane));
    assert.equal(double.records.length, 60);
    for (const name of names) assert.match(name ?? "", /^fim-[0-5]$/);
    assert.equal(double.connections, 1);
  });

  it("never has anything stored", async (t) => {
    const stage = await setStage(t);
    await textsOf(stage.upstream);
    await stage.upstream.warm?.(request(), new AbortController().signal);
    await chatted(stage, question("hi"));
    stage.double.script = { upgrade: { kind: "status", status: 426 } };
    stage.double.closeIdleConnections();
    await textsOf(stage.upstream);
    assert.equal(stage.double.records.at(-1)?.transport, "http");
    assert.equal(stage.double.records.length, 4);
    for (const { body } of stage.double.records) assert.equal(body["store"], false);
  });

  it("asks for few tokens, but for as many as the API takes", async (t) => {
    const { double, upstream } = await setStage(t, { tokens: many }, { maxTokens: 4 });
    assert.equal((await textsOf(upstream)).length, 16);
    assert.equal(double.records[0]?.body["max_output_tokens"], 16);
  });

  it("carries chats on a socket of their own", async (t) => {
    const stage = await setStage(t);
    await textsOf(stage.upstream);
    assert.equal(await chatted(stage, question("hi")), "hello world");
    const [completion, chat] = stage.double.records;
    assert.match(chat?.lane ?? "", /^chat-/);
    assert.notEqual(chat?.connection, completion?.connection);
  });

  it("lets an abandoned answer run out on its lane, counts it, and uses the others meanwhile", async (t) => {
    const { double, upstream } = await setStage(t, { tokens: many, tokenMs: 1 });
    const pieces = piecesOf(upstream);
    await pieces.next();
    await pieces.return?.();
    assert.equal(double.records[0]?.isComplete, false);
    await textsOf(upstream);
    const [abandoned, next] = double.records;
    assert.ok(abandoned);
    assert.notEqual(abandoned.lane, next?.lane);
    assert.equal(abandoned.closedAt, undefined);
    assert.equal(abandoned.isComplete, true);
    assert.ok(upstream.drainedTokens > 0 && upstream.drainedTokens < 32);
    assert.ok(upstream.drainedTokens + 1 <= abandoned.tokensAt.length);
    assert.equal(double.connections, 1);
  });

  it("sends no interrupt unless it is set", async (t) => {
    const { double, upstream } = await setStage(t, { tokens: many, tokenMs: 1 });
    const pieces = piecesOf(upstream);
    await pieces.next();
    await pieces.return?.();
    await textsOf(upstream);
    assert.equal(double.counts.interrupts, 0);
  });

  it("interrupts by setting, and goes on with the lane", async (t) => {
    const script = { tokens: many, tokenMs: 5, knowsInterrupts: true };
    const { double, upstream } = await setStage(t, script, { interrupts: true });
    const pieces = piecesOf(upstream);
    await pieces.next();
    await pieces.return?.();
    await double.until(() => double.records[0]?.isComplete === true);
    assert.ok((double.records[0]?.tokensAt.length ?? 32) < 16);
    double.script = {};
    for (let i = 0; i < 2; i++) await textsOf(upstream);
    assert.equal(double.counts.interrupts, 1);
    assert.equal(double.records.at(-1)?.lane, "fim-0");
  });

  it("drains, and interrupts no more, where the server does not know how", async (t) => {
    const script = { tokens: many, tokenMs: 1 };
    const { double, upstream } = await setStage(t, script, { interrupts: true });
    for (let i = 0; i < 3; i++) {
      const pieces = piecesOf(upstream);
      await pieces.next();
      await pieces.return?.();
      await textsOf(upstream);
    }
    assert.equal(double.counts.interrupts, 1);
    assert.ok(double.records.every(({ isComplete }) => isComplete));
    assert.equal(double.connections, 1);
  });

  it("opens another socket when all lanes are taken", async (t) => {
    const { double, upstream } = await setStage(t, stalled);
    for (let index = 0; index < 7; index++) await begun(upstream, `${index}.ts`);
    const [first, second] = [double.records[0]?.connection, double.records[6]?.connection];
    assert.equal(double.records.filter(({ connection }) => connection === first).length, 6);
    assert.notEqual(first, second);
  });

  it("closes the other socket when that has been idle for a while", async (t) => {
    const stage = await setStage(t, { tokens: ["a", "b"], tokenMs: 5 });
    const { double, upstream, clock } = stage;
    const rush = Array.from({ length: 7 }, (_, index) => request({ path: `${index}.ts` }));
    await Promise.all(rush.map((asked) => textsOf(upstream, undefined, asked)));
    assert.equal(double.sessions.length, 2);
    const stepMs = 5_000; // less than a ping's answer may take
    for (let idleMs = stepMs; idleMs < spareIdleMs; idleMs += stepMs) {
      clock.advance(stepMs);
      await textsOf(upstream);
      assert.equal(double.sessions.length, 2);
    }
    clock.advance(stepMs);
    await double.until(() => double.sessions.length === 1);
    assert.equal(await textOf(upstream), "ab");
    assert.equal(double.connections, 2);
  });

  it("leaves a socket on which an abandoned answer does not end, when nobody reads of it", async (t) => {
    const { double, upstream, clock } = await setStage(t, stalled);
    const reading = upstream.complete(request({ path: "read.ts" }), new AbortController().signal);
    await reading.next();
    (await begun(upstream, "left.ts")).abort(new Error("typed on"));
    clock.advance(drainLimitMs);
    double.script = {};
    await textsOf(upstream); // elsewhere
    const [read, left, next] = double.records;
    assert.notEqual(next?.connection, left?.connection);
    assert.equal(read?.closedAt, undefined);
    await reading.return({ stop: "done", usage: undefined });
    await double.until(() => left?.closedAt !== undefined);
  });
});

describe("openai-responses: the line in front of the lanes", () => {
  const alone = { lanes: "off" } as const;

  /** Four sockets, and on each an answer that does not end. */
  async function full(t: Parameters<typeof setStage>[0]) {
    const stage = await setStage(t, { ...stalled, hasLanes: false }, alone);
    const running: AbortController[] = [];
    for (let index = 0; index < 4; index++) running.push(await begun(stage.upstream, `${index}`));
    const free = () => {
      stage.double.script = { hasLanes: false };
      running[0]?.abort(new Error("typed on"));
      stage.clock.advance(drainLimitMs);
    };
    return { ...stage, free };
  }

  it("has one request at a time on a socket without lanes, and no names", async (t) => {
    const { double } = await full(t);
    assert.equal(new Set(double.records.map(({ connection }) => connection)).size, 4);
    for (const { body } of double.records) assert.ok(!("stream_id" in body));
  });

  it("serves all who wait, the newest first: another person may have a file of that name", async (t) => {
    const { upstream, free, double } = await full(t);
    const waiting = ["a", "ab", "abc"].map((before) =>
      textsOf(upstream, undefined, request({ before })),
    );
    free();
    for (const texts of await Promise.all(waiting)) assert.deepEqual(texts, ["hello", " world"]);
    const asked = double.records.slice(4).map(({ body }) => JSON.stringify(body["input"]));
    assert.deepEqual(
      asked.map((input) => /(a|ab|abc)<cursor/.exec(input)?.[1]),
      ["abc", "ab", "a"],
    );
  });

  it("serves the newest document first", async (t) => {
    const { upstream, free, double } = await full(t);
    const all = ["old.ts", "new.ts"].map((path) => textsOf(upstream, undefined, request({ path })));
    free();
    await Promise.all(all);
    assert.match(JSON.stringify(double.records[4]?.body), /new\.ts/);
    assert.match(JSON.stringify(double.records[5]?.body), /old\.ts/);
  });

  it("takes out who is cancelled", async (t) => {
    const { upstream, free, double } = await full(t);
    const controller = new AbortController();
    const waiting = textsOf(upstream, controller.signal, request({ path: "left.ts" }));
    controller.abort(new Error("typed on"));
    await assert.rejects(waiting, /typed on/);
    free();
    await textsOf(upstream);
    assert.equal(double.records.length, 5);
  });

  it("says that it is busy to the oldest when too many wait", async (t) => {
    const { upstream } = await full(t);
    const all = Array.from({ length: maxWaiting + 1 }, (_, index) =>
      textsOf(upstream, undefined, request({ path: `w${index}` })),
    );
    await failureOf(all[0] ?? Promise.resolve(), "upstream-busy");
    upstream.dispose();
    for (const each of all.slice(1)) await failureOf(each, "upstream-unreachable");
  });
});

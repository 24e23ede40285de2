import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  nearIn,
  partsOf,
} from "../../../../../src/gateway/upstreams/openaiResponses/completionPrompt.ts";
import { drainLimitMs } from "../../../../../src/gateway/upstreams/openaiResponses/lane.ts";
import type { CompletionRequest } from "../../../../../src/wire/messages.ts";
import type { DoubleRecord } from "../../../../helpers/openaiDouble/response.ts";
import { request, textsOf } from "../upstreamFixture.ts";
import { setStage, type Stage } from "./stage.ts";

const line = "const value = compute(12345);\n";
const above = line.repeat(200);
const below = `\n}\n${"after();\n".repeat(100)}`;
const place = (typed = "", change: Partial<CompletionRequest> = {}) =>
  request({
    before: `${above}let x${typed}`,
    after: below,
    snippets: ["function other() {}"],
    ...change,
  });
const never = new AbortController().signal;

const parentOf = (record: DoubleRecord | undefined) => record?.body["previous_response_id"];
const sizeOf = (record: DoubleRecord | undefined) => JSON.stringify(record?.body).length;
const ask = ({ upstream }: Stage, asked: CompletionRequest) => textsOf(upstream, never, asked);

/** A stage where the context of a place is parked. */
async function warmed(t: Parameters<typeof setStage>[0]): Promise<Stage> {
  const stage = await setStage(t);
  await stage.upstream.warm?.(place(), never);
  return stage;
}

describe("openai-responses: warming up", () => {
  it("is given up where the server does not answer it in time", async (t) => {
    const { upstream, double, clock } = await setStage(
      t,
      { outcome: { kind: "silent" } },
      { firstTextTimeoutMs: 4_000 },
    );
    const warming = upstream.warm?.(place(), never);
    warming?.catch(() => undefined);
    await double.until(() => double.records.length === 1);
    clock.advance(4_000);
    await assert.rejects(warming ?? Promise.resolve(), { code: "deadline" });
  });

  it("parks a context on a lane of its own, without a word of the model", async (t) => {
    const { double } = await warmed(t);
    const [record] = double.records;
    assert.match(record?.lane ?? "", /^ctx-/);
    assert.equal(record?.body["generate"], false);
    assert.equal(record.tokensAt.length, 0);
    assert.equal(record.isComplete, true);
  });

  it("makes requests at that place go on from it, with no more than the text at the cursor", async (t) => {
    const stage = await warmed(t);
    const { records } = stage.double;
    for (const typed of ["", "y", "yz", "yz =\n  1"]) await ask(stage, place(typed));
    const parent = parentOf(records[1]);
    assert.equal(typeof parent, "string");
    for (const record of records.slice(1)) {
      assert.equal(parentOf(record), parent);
      assert.match(record.lane ?? "", /^fim-/);
      assert.ok(record.cachedTokens > 1_500, `${record.cachedTokens}`);
      assert.ok(sizeOf(record) < 2_500, `${sizeOf(record)}`);
      assert.match(JSON.stringify(record.body["input"]), /let x/);
      assert.ok("instructions" in record.body); // not inherited
    }
    assert.ok(records[1] && sizeOf(records[0]) > 3 * sizeOf(records[1]));
  });

  it("goes on from it as often as is asked", async (t) => {
    const stage = await warmed(t);
    const typed = Array.from({ length: 40 }, (_, index) => place("y".repeat(index)));
    await Promise.all(typed.slice(0, 5).map((asked) => ask(stage, asked)));
    for (const asked of typed) await ask(stage, asked);
    assert.ok(stage.double.records.slice(1).every((record) => parentOf(record) !== undefined));
  });

  const others: readonly (readonly [string, CompletionRequest])[] = [
    ["another document", place("", { path: "app/other.ts" })],
    ["another language", place("", { languageId: "javascript" })],
    ["other snippets", place("", { snippets: ["function another() {}"] })],
    ["another text above", place("", { before: `${above.replaceAll("1", "2")}let x` })],
    ["another text below", place("", { after: "\nend();\n" })],
    ["a place far away", place("", { before: `${above}${"y();\n".repeat(500)}` })],
  ];
  for (const [what, asked] of others) {
    it(`is of no use for ${what}: all is sent`, async (t) => {
      const stage = await warmed(t);
      await ask(stage, asked);
      const record = stage.double.records[1];
      assert.equal(parentOf(record), undefined);
      assert.equal((record?.body["input"] as unknown[]).length, 2);
    });
  }

  it("does nothing where a context is parked that fits, or is on its way", async (t) => {
    const stage = await setStage(t);
    const { upstream, double } = stage;
    await Promise.all([upstream.warm?.(place(), never), upstream.warm?.(place("y"), never)]);
    await upstream.warm?.(place("yz"), never);
    assert.equal(double.records.length, 1);
  });

  it("keeps to four names, whatever is warmed", async (t) => {
    const { upstream, double } = await setStage(t);
    for (let i = 0; i < 40; i++) await upstream.warm?.(place("", { path: `${i}.ts` }), never);
    assert.equal(double.records.length, 40);
    assert.equal(new Set(double.records.map(({ lane }) => lane)).size, 4);
  });

  it("takes no place of a context that a request has still to read", async (t) => {
    const stage = await warmed(t);
    const { upstream, double } = stage;
    double.script = { outcome: { kind: "silent" } };
    const reading = upstream.complete(place(), never).next();
    await double.until(() => double.records.length === 2);
    double.script = {};
    for (let i = 0; i < 8; i++) await upstream.warm?.(place("", { path: `${i}.ts` }), never);
    const [held, , ...others] = double.records;
    assert.equal(others.length, 8);
    assert.ok(others.every(({ lane }) => lane !== held?.lane));
    upstream.dispose();
    await assert.rejects(reading, { code: "upstream-unreachable" });
  });

  it("is sent after the requests that wait for the same socket", async (t) => {
    const stage = await setStage(t);
    await Promise.all([
      stage.upstream.warm?.(place(), never),
      ask(stage, place("", { path: "x" })),
    ]);
    assert.deepEqual(
      stage.double.records.map(({ lane }) => lane?.slice(0, 3)),
      ["fim", "ctx"],
    );
  });

  it("sends all at once when the parent is gone, and parks it anew", async (t) => {
    const stage = await warmed(t);
    const { double } = stage;
    double.sessions[0]?.forget();
    assert.deepEqual(await ask(stage, place()), ["hello", " world"]);
    await double.until(() => double.records.some(isWarmUp(1)) && double.records.length === 4);
    await double.until(() => double.records.every((record) => record.isComplete || isFork(record)));
    await ask(stage, place("", { path: "between.ts" })); // behind the end of the warm-up
    await ask(stage, place("y"));
    const last = double.records.at(-1);
    assert.equal(typeof parentOf(last), "string");
    assert.ok((last?.cachedTokens ?? 0) > 1_500);
    assert.equal(double.connections, 1);
  });

  it("parks it anew once, however many requests find the parent gone", async (t) => {
    const stage = await warmed(t);
    const { double } = stage;
    double.sessions[0]?.forget();
    await Promise.all(["", "y", "yz"].map((typed) => ask(stage, place(typed))));
    await ask(stage, place("", { path: "behind.ts" }));
    assert.equal(double.records.filter(isFork).length, 3);
    assert.equal(double.records.filter(isWarmUp(1)).length, 1);
  });

  it("costs no socket where the server does not come to its end", async (t) => {
    const stage = await setStage(t, { outcome: { kind: "silent" } });
    const { upstream, double, clock } = stage;
    const left = new AbortController();
    const warming = upstream.warm?.(place(), left.signal);
    await double.until(() => double.records.length === 1);
    left.abort(new Error("something is asked"));
    await assert.rejects(warming ?? Promise.resolve(), /something is asked/);
    double.script = {};
    for (let waitedMs = 0; waitedMs < 2 * drainLimitMs; waitedMs += 1_000) {
      clock.advance(1_000);
      await ask(stage, place());
    }
    assert.equal(double.connections, 1);
  });

  it("is done anew where the socket is another one", async (t) => {
    const stage = await warmed(t);
    const { double, upstream } = stage;
    double.closeIdleConnections();
    await ask(stage, place());
    assert.equal(parentOf(double.records[1]), undefined);
    await upstream.warm?.(place(), never);
    await ask(stage, place());
    assert.equal(typeof parentOf(double.records[3]), "string");
  });

  it("ends with the reason when its signal fires, and with the upstream", async (t) => {
    const stage = await setStage(t, { outcome: { kind: "silent" } });
    const { upstream, double } = stage;
    const controller = new AbortController();
    const cancelled = upstream.warm?.(place(), controller.signal);
    await double.until(() => double.records.length === 1);
    controller.abort(new Error("left"));
    await assert.rejects(cancelled ?? Promise.resolve(), /left/);
    const running = upstream.warm?.(place(), never);
    await double.until(() => double.records.length === 2);
    upstream.dispose();
    await assert.rejects(running ?? Promise.resolve(), { code: "upstream-unreachable" });
  });

  it("is not there without lanes", async (t) => {
    const { upstream } = await setStage(t, { hasLanes: false }, { lanes: "off" });
    assert.equal(upstream.warm, undefined);
  });
});

const isWarmUp = (from: number) => (record: DoubleRecord, index: number) =>
  index >= from && record.body["generate"] === false;
const isFork = (record: DoubleRecord) => parentOf(record) !== undefined;

describe("openai-responses: a context and the text at the cursor", () => {
  const texts = fc
    .array(fc.constantFrom("a();", "\n", "  if (b) {", "}", "größe", "c();\n"), { maxLength: 400 })
    .map((parts) => parts.join(""));

  it("are together what stands round the cursor, word for word", () => {
    fc.assert(
      fc.property(texts, texts, texts, (before, typed, after) => {
        const first = request({ before, after });
        const { context, near } = partsOf(first);
        assert.ok(before.endsWith(context.above + near.before));
        assert.ok(after.startsWith(near.after + context.below));
        const later = request({ before: before + typed, after });
        const found = nearIn(context, later);
        if (!found) return;
        assert.ok(later.before.endsWith(context.above + found.before));
        assert.ok(later.after.startsWith(found.after + context.below));
      }),
    );
  });

  it("fit while a line is typed", () => {
    fc.assert(
      fc.property(texts, texts, (before, after) => {
        const { context } = partsOf(request({ before, after }));
        assert.ok(nearIn(context, request({ before: `${before}const next = 1;`, after })));
      }),
    );
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Failure } from "../../../src/base/failure.ts";
import { assemble } from "../../../src/context/assemble.ts";
import { keptRecords, type LatencyRecorder } from "../../../src/latency/latencyRecorder.ts";
import { panelJson, panelState, revisionOf } from "../../../src/latency/panelState.ts";
import { parseToPanel } from "../../../src/latency/panelMessages.ts";
import { snapshotAt } from "../../helpers/cursor.ts";
import { cancelled, ended, recording, reported } from "./reports.ts";

const usage = { inputTokens: 1_000, cachedTokens: 900, outputTokens: 20 };
const price = { input: 1, output: 2 };
const sourcesOf = (recorder: LatencyRecorder) => ({
  recorder,
  elsewhere: [],
  prices: {},
  roundTripMs: 3,
  reasonIn: (reason: string) => reason,
});

describe("the record of a window's answers", () => {
  it("keeps the last 200, with where each came from and why there was none", () => {
    const { recorder } = recording();
    for (let ask = 1; ask <= keptRecords; ask++)
      recorder.answered(reported({ ask, source: "none", reason: "typed on" }));
    recorder.answered(reported({ ask: 301, origin: "remote", source: "typed through" }));
    recorder.answered(reported({ ask: 302, origin: "remote", source: "known" }));
    recorder.answered(reported({ ask: 303, origin: "draft" }));
    recorder.answered(reported({ ask: 304, origin: "remote", source: "awaited" }));
    assert.equal(recorder.records.length, 200);
    assert.equal(recorder.records[0]?.ask, 5);
    assert.equal(recorder.records[0].reason, "typed on");
    const sources = recorder.records.slice(-4).map(({ source }) => source);
    assert.deepEqual(sources, ["typed through", "cache", "draft", "remote"]);
    assert.equal(recorder.cacheShare, 0.5);
    assert.equal(recorder.counts.asks, 204);
  });

  it("joins an answer with the end of its request and the moment it was handed over", () => {
    const { recorder, clock } = recording();
    clock.advance(100);
    const timings = { readyMs: 30 };
    recorder.answered(reported({ ask: 5, request: 7, origin: "remote", timings }));
    recorder.answered(reported({ ask: 6, origin: "remote", source: "known" }));
    recorder.taken({ ask: 5, at: clock.now() + 12 });
    recorder.taken({ ask: 5, at: clock.now() + 50 });
    const gateway = { draftMs: 1, firstRemoteMs: 2, totalMs: 3 };
    const usage = { inputTokens: 10, cachedTokens: undefined, outputTokens: 4 };
    recorder.ended(ended({ timings: gateway, usage }));
    const [first, second] = recorder.records;
    assert.equal(first?.returnedMs, 42, "the first time counts, from the key");
    assert.deepEqual([first.gateway, first.usage], [gateway, usage]);
    assert.equal(second?.gateway, undefined);
  });

  it("counts bytes since the record before, and since it was cleared", () => {
    const { recorder, world } = recording();
    world.traffic.upBytes = 40;
    recorder.answered(reported({}));
    world.traffic.upBytes = 49;
    world.traffic.downBytes = 20;
    recorder.answered(reported({ ask: 2 }));
    assert.deepEqual(
      recorder.records.map(({ upBytes }) => upBytes),
      [40, 9],
    );
    assert.deepEqual([recorder.counts.upBytes, recorder.counts.downBytes], [49, 20]);
    recorder.clear();
    world.traffic.upBytes = 50;
    assert.equal(recorder.counts.upBytes, 1);
    assert.equal(recorder.records.length, 0);
  });

  it("says what the same requests would have cost as JSON bodies", () => {
    const { recorder } = recording();
    const snapshot = snapshotAt("é\n█b");
    recorder.requested({ request: 1, snapshot, ask: assemble(snapshot) });
    const body = '{"prompt":"é\\n","suffix":"b","snippets":[],"stream":true}';
    assert.equal(recorder.jsonBytes, Buffer.byteLength(body));
    for (let each = 0; each < 99; each++)
      recorder.requested({ request: each, snapshot, ask: assemble(snapshot) });
    assert.equal(recorder.jsonBytes, 100 * Buffer.byteLength(body));
    assert.equal(recorder.counts.requests, 100);
  });

  it("counts tokens by model and day, and estimates what cancelling saved only where a server counts", () => {
    const { recorder, world } = recording();
    recorder.cancelled(cancelled());
    recorder.ended(ended());
    assert.equal(recorder.tokensSavedByCancelling, undefined);
    recorder.ended(ended({ usage, receivedChars: 80 }));
    recorder.ended(ended({ usage, receivedChars: 80 }));
    // As long as the others, 20 tokens; 10 of 80 characters had come, so about 2.5 of them.
    assert.equal(recorder.tokensSavedByCancelling, 18);
    recorder.ended(ended({ isModelSpared: true }));
    recorder.ended(ended({ failure: new Failure("upstream-down", "on fire") }));
    world.wallMs += 86_400_000;
    recorder.ended(ended({ usage }));
    world.upstream = "other";
    recorder.ended(ended({ usage }));
    const uses = recorder.uses.map(({ day, upstream, answers, inputTokens }) => [
      day,
      upstream,
      answers,
      inputTokens,
    ]);
    assert.deepEqual(uses, [
      ["2026-03-14", "small (llama.cpp) at localhost", 3, 2_000],
      ["2026-03-15", "small (llama.cpp) at localhost", 1, 1_000],
      ["2026-03-15", "other", 1, 1_000],
    ]);
    assert.deepEqual([recorder.counts.skipped, recorder.counts.failures], [1, 1]);
  });

  it("says that cancelling saved nothing where the model's server cannot be stopped", () => {
    const { recorder, world } = recording();
    world.upstream = "gpt (openai-responses) at api.openai.com";
    recorder.ended(ended({ usage, receivedChars: 80 }));
    recorder.cancelled(cancelled());
    assert.equal(recorder.tokensSavedByCancelling, undefined);
    assert.deepEqual([recorder.uses[0]?.cancels, recorder.uses[0]?.ranOn], [0, 1]);
    assert.equal(recorder.counts.cancels, 1);
    const { uses } = panelState({ ...sourcesOf(recorder), prices: { "*": price } });
    assert.equal(uses[0]?.cost?.savedByCancelling, undefined);
    assert.equal(uses[0]?.cost?.cancelled, uses[0]?.cost?.spent, "it was written to its end");
  });

  it("goes by the kind of the model's server, not by the name of a model or a host", () => {
    const { recorder, world } = recording();
    const cancelling = (upstream: string, interrupts = false) => {
      recorder.clear();
      Object.assign(world, { upstream, interrupts });
      recorder.cancelled(cancelled());
      return recorder.uses[0]?.ranOn;
    };
    assert.equal(cancelling("openai-responses at api.openai.com"), 1);
    assert.equal(cancelling("gpt (openai-responses) at api.openai.com", true), 0, "it is stopped");
    assert.equal(cancelling("openai-responses (openai-compatible) at 127.0.0.1:4000"), 0);
    assert.equal(cancelling("small (llama.cpp) at openai-responses.test"), 0);
  });

  it("counts nothing of a file that git ignores for a model, which was not asked", () => {
    const { recorder } = recording();
    const snapshot = { ...snapshotAt("a█"), isConfined: true };
    recorder.requested({ request: 1, snapshot, ask: assemble(snapshot) });
    recorder.ended(ended({ isConfined: true }));
    recorder.cancelled(cancelled({ isConfined: true }));
    assert.deepEqual(recorder.uses, []);
    assert.equal(recorder.jsonBytes, 0, "nothing of it goes over the link");
    assert.deepEqual([recorder.counts.requests, recorder.counts.cancels], [1, 1]);
  });

  it("counts an answer for the model that gave it, where that is another than the one that was named", () => {
    const { recorder } = recording();
    recorder.ended(ended({ usage }));
    recorder.ended(ended({ usage, upstream: "the fallback" }));
    recorder.chatEnded({ usage, upstream: "the fallback" });
    const counted = recorder.uses.map(({ upstream, answers, chats }) => [upstream, answers, chats]);
    assert.deepEqual(counted, [
      ["small (llama.cpp) at localhost", 1, 0],
      ["the fallback", 1, 1],
    ]);
  });

  it("counts as saved by the cache what the model had said, and no draft", () => {
    const { recorder } = recording();
    recorder.answered(reported({ ask: 1, origin: "draft", source: "known" }));
    recorder.answered(reported({ ask: 2, origin: "draft", source: "typed through" }));
    assert.equal(recorder.uses.length, 0);
    recorder.answered(reported({ ask: 3, origin: "remote", source: "known" }));
    assert.equal(recorder.uses[0]?.fromCache, 1);
  });

  it("adds the chats to what a day cost, and not to what a completion costs", () => {
    const { recorder } = recording();
    recorder.chatEnded({
      usage: { inputTokens: 5_000, cachedTokens: undefined, outputTokens: 500 },
    });
    recorder.chatEnded({});
    const told = () => panelState({ ...sourcesOf(recorder), prices: { "*": price } }).uses[0];
    assert.deepEqual(told(), {
      day: "2026-03-14",
      upstream: "small (llama.cpp) at localhost",
      answers: 2,
      isCounted: true,
      inputTokens: 5_000,
      cachedTokens: 0,
      outputTokens: 500,
      cost: { spent: 6_000 / 1e6 },
    });
    recorder.ended(ended({ usage }));
    recorder.answered(reported({ origin: "remote", source: "known" }));
    assert.deepEqual([told()?.answers, told()?.inputTokens], [3, 6_000]);
    assert.equal(told()?.cost?.savedByCache?.toFixed(6), "0.001040");
  });

  it("tells the panel all, then what is new or other, in a form that the page takes", () => {
    const { recorder } = recording();
    recorder.answered(reported({ ask: 1, request: 7, origin: "remote" }));
    recorder.answered(reported({ ask: 2, reason: "typed on" }));
    const all = panelState(sourcesOf(recorder));
    assert.equal(all.rows.length, 2);
    assert.deepEqual(parseToPanel(JSON.parse(JSON.stringify(all))), all);
    const revision = revisionOf(recorder);
    assert.equal(panelState(sourcesOf(recorder), revision).rows.length, 0);
    recorder.ended(ended({ timings: { draftMs: 1, firstRemoteMs: 1, totalMs: 2 } }));
    const next = panelState(sourcesOf(recorder), revision);
    assert.deepEqual([next.isWhole, next.rows.map(({ id }) => id)], [false, ["1"]]);
  });

  it("says why nothing was shown in the reader's words", () => {
    const { recorder } = recording();
    recorder.answered(reported({ reason: "typed on" }));
    const reasonIn = (reason: string) => `(${reason})`;
    const { rows } = panelState({ ...sourcesOf(recorder), reasonIn });
    assert.deepEqual(
      rows.map(({ reason }) => reason),
      ["(typed on)"],
    );
  });

  it("adds what was counted elsewhere to the same day and model, the newest day first", () => {
    const { recorder, world } = recording();
    recorder.ended(ended({ usage }));
    const [here] = recorder.uses;
    assert.ok(here);
    const elsewhere = [{ ...here }, { ...here, day: "2026-03-13", inputTokens: 5 }];
    world.wallMs += 86_400_000;
    recorder.ended(ended({ usage }));
    const { uses } = panelState({ ...sourcesOf(recorder), elsewhere });
    assert.deepEqual(
      uses.map(({ day, answers, inputTokens }) => [day, answers, inputTokens]),
      [
        ["2026-03-15", 1, 1_000],
        ["2026-03-14", 2, 2_000],
        ["2026-03-13", 1, 5],
      ],
    );
    assert.equal(here.answers, 1, "what is counted on is not added to");
  });

  it("counts what came behind a draft apart, so that the sources add up to all", () => {
    const { recorder } = recording();
    recorder.answered(reported({ ask: 1, origin: "draft" }));
    recorder.answered(reported({ ask: 1, origin: "remote", isLate: true }));
    recorder.answered(reported({ ask: 2, origin: "remote" }));
    recorder.answered(reported({ ask: 3, origin: "remote", source: "known" }));
    const { all, bySource, late } = panelState(sourcesOf(recorder)).summary;
    const counts = Object.values(bySource).map(({ count }) => count);
    assert.deepEqual([all.count, counts, late.count], [3, [0, 1, 1, 1], 1]);
  });

  it("has no p99 of fewer than a hundred answers", () => {
    const { recorder } = recording();
    for (let ask = 1; ask < 100; ask++) recorder.answered(reported({ ask, origin: "remote" }));
    const all = () => panelState(sourcesOf(recorder)).summary.all;
    assert.ok(all().p95Ms !== undefined);
    assert.equal(all().p99Ms, undefined);
    recorder.answered(reported({ ask: 100, origin: "remote" }));
    assert.ok(all().p99Ms !== undefined);
  });

  it("has no text of a document in anything that it tells", () => {
    const { recorder } = recording();
    const snapshot = snapshotAt("const hidden = 1;█");
    recorder.requested({ request: 1, snapshot, ask: assemble(snapshot) });
    recorder.answered(reported({ origin: "remote" }));
    const told = panelJson(panelState(sourcesOf(recorder)));
    assert.doesNotMatch(told, /hidden|private\(\)/);
    assert.match(told, /app\/a\.ts/);
  });
});

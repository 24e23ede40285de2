import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Failure } from "../../../src/base/failure.ts";
import type { AskReport, RequestReport } from "../../../src/completion/reports.ts";
import type { AskResult } from "../../../src/completion/suggestion.ts";
import { Activity } from "../../../src/extension/activity.ts";
import { pausedUntil } from "../../../src/extension/reasons.ts";
import type { Origin } from "../../../src/wire/messages.ts";
import { askTimings } from "../../helpers/askTimings.ts";

const down = new Failure("upstream-down", "on fire");
const gateway = { draftMs: 1, firstRemoteMs: 2, totalMs: 3 };

function reportOf(parts: {
  readonly origin?: Origin;
  readonly failure?: Failure;
  readonly reason?: string;
  readonly isLate?: boolean;
}): AskReport {
  const { origin, failure, reason = "" } = parts;
  const result: AskResult = {
    suggestion: origin && { text: "secret()", replaceAfterChars: 0, origin },
    source: origin ? "asked" : "none",
    reason,
    failure,
    timings: { ...askTimings, readyMs: 12.34 },
  };
  const state = { documentKey: "file:///home/someone/app/a.ts", version: 3, offset: 9 };
  const isLate = parts.isLate ?? false;
  return { ask: 1, request: undefined, path: "app/a.ts", state, result, isLate };
}

const ended = (parts: Partial<RequestReport> = {}): RequestReport => ({
  request: 1,
  path: "app/a.ts",
  failure: undefined,
  timings: undefined,
  usage: undefined,
  receivedChars: 0,
  hasRemoteText: false,
  isModelSpared: false,
  isConfined: false,
  upstream: undefined,
  ...parts,
});

function setUp() {
  const lines: string[] = [];
  const add = (line: string) => void lines.push(line);
  const activity = new Activity({ debug: add, info: add, warn: add });
  let changes = 0;
  activity.onChange(() => changes++);
  return { activity, lines, changes: () => changes };
}

describe("the activity of a window", () => {
  it("counts all pauses as one reason, whenever they end", () => {
    const { activity } = setUp();
    for (let pause = 0; pause < 120; pause++) activity.refuse(pausedUntil(`8:${pause} AM`));
    activity.refuse("not a file");
    assert.deepEqual(activity.reasons, [
      ["paused", 120],
      ["not a file", 1],
    ]);
    assert.equal(activity.lastReason, "not a file");
  });

  it("logs each ask in one line without its text", () => {
    const { activity, lines } = setUp();
    activity.report(reportOf({ origin: "draft", failure: down }));
    activity.report(reportOf({ reason: "typed on" }));
    assert.deepEqual(lines, [
      "app/a.ts v3: ready 12.3 ms, first piece 1.0 ms, draft, asked, upstream-down",
      "app/a.ts v3: ready 12.3 ms, first piece 1.0 ms, nothing, typed on",
    ]);
  });

  it("is not told that something is wrong by a request that is older than one that was answered", () => {
    const { activity } = setUp();
    activity.requestEnded(ended({ request: 7, timings: gateway }));
    activity.requestEnded(ended({ request: 3, failure: down }));
    assert.equal(activity.failure, undefined);
    activity.requestEnded(ended({ request: 8, failure: down }));
    assert.equal(activity.failure, down);
  });

  it("counts the requests that a draft has saved", () => {
    const { activity } = setUp();
    activity.requestEnded(ended());
    activity.requestEnded(ended({ isModelSpared: true }));
    activity.requestEnded(ended({ isModelSpared: true }));
    assert.equal(activity.sparedCount, 2);
  });

  it("logs where the milliseconds of a request went, as far as the gateway said", () => {
    const { activity, lines } = setUp();
    activity.requestEnded(ended({ timings: gateway }));
    activity.requestEnded(ended({ failure: down }));
    assert.deepEqual(lines, [
      "app/a.ts: request ended, draft 1.0 ms, model's first text 2.0 ms, gateway 3.0 ms",
      "app/a.ts: request ended, upstream-down",
    ]);
  });

  it("has the latency of what was shown and the reason when nothing was", () => {
    const { activity } = setUp();
    activity.report(reportOf({ origin: "remote" }));
    assert.equal(activity.latency.lastMs, 12.34);
    assert.equal(activity.lastReason, "");
    activity.report(reportOf({ reason: "no suggestion" }));
    activity.report(reportOf({ origin: "remote", isLate: true }));
    assert.equal(activity.latency.answers, 1, "a late answer is no latency of a key");
    activity.report(reportOf({ reason: "no suggestion" }));
    assert.equal(activity.lastReason, "no suggestion");
    activity.report(reportOf({ origin: "draft" }));
    assert.equal(activity.lastReason, "");
  });

  it("counts what was shown and accepted, and each reason why nothing was, the most frequent first", () => {
    const { activity } = setUp();
    activity.shown();
    activity.report(reportOf({ origin: "draft" }));
    activity.accepted();
    activity.report(reportOf({ reason: "typed on" }));
    activity.refuse("off for markdown");
    activity.report(reportOf({ reason: "typed on" }));
    assert.equal(activity.shownCount, 1);
    assert.equal(activity.acceptedCount, 1);
    assert.deepEqual(activity.reasons, [
      ["typed on", 2],
      ["off for markdown", 1],
    ]);
  });

  it("counts a bounded number of reasons", () => {
    const { activity } = setUp();
    for (let each = 0; each < 1_000; each++) activity.refuse(`reason ${each}`);
    assert.equal(activity.reasons.length, 100);
  });

  it("keeps a failure until an answer says that it is over", () => {
    const { activity } = setUp();
    activity.report(reportOf({ origin: "draft", failure: down }));
    assert.equal(activity.failure, down);
    activity.report(reportOf({ reason: "typed on" }));
    activity.report(reportOf({ origin: "draft" }));
    assert.equal(activity.failure, down, "neither a cancel nor a draft says so");
    activity.requestEnded(ended({ timings: gateway }));
    assert.equal(activity.failure, undefined);
    activity.requestEnded(ended({ failure: down }));
    assert.equal(activity.failure, down);
    activity.requestEnded(ended());
    assert.equal(activity.failure, down, "a request that just ended says nothing");
    activity.requestEnded(ended({ hasRemoteText: true }));
    assert.equal(activity.failure, undefined);
  });

  it("forgets the failure of a far end that is no more, and says so", () => {
    const { activity, changes } = setUp();
    activity.report(reportOf({ failure: down }));
    activity.forgetFailure();
    assert.equal(activity.failure, undefined);
    assert.equal(changes(), 2);
  });

  it("forgets what was wrong with the link when the link stands, and nothing else", () => {
    const { activity } = setUp();
    activity.report(reportOf({ failure: new Failure("link-lost", "gone") }));
    activity.linkReady();
    assert.equal(activity.failure, undefined);
    activity.report(reportOf({ failure: down }));
    activity.linkReady();
    assert.equal(activity.failure, down);
  });

  it("is silent when it is disposed", () => {
    const { activity, changes } = setUp();
    activity.dispose();
    activity.report(reportOf({ origin: "draft" }));
    assert.equal(changes(), 0);
  });
});

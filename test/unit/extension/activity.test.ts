import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Failure } from "../../../src/base/failure.ts";
import { type AskReport } from "../../../src/completion/completer.ts";
import { type AskResult } from "../../../src/completion/suggestion.ts";
import { Activity } from "../../../src/extension/activity.ts";
import { type Origin } from "../../../src/wire/messages.ts";

const down = new Failure("upstream-down", "on fire");
const gateway = { draftMs: 1, firstRemoteMs: 2, totalMs: 3 };

function reportOf(parts: {
  readonly origin?: Origin;
  readonly failure?: Failure;
  readonly hasEnd?: boolean;
  readonly reason?: string;
  readonly isLate?: boolean;
}): AskReport {
  const { origin, failure, hasEnd = false, reason = "" } = parts;
  const result: AskResult = {
    suggestion: origin && { text: "secret()", replaceAfterChars: 0, origin },
    reason,
    failure,
    timings: { firstPieceMs: 1, readyMs: 12.34, gateway: hasEnd ? gateway : undefined },
  };
  const state = { documentKey: "file:///home/someone/app/a.ts", version: 3, offset: 9 };
  return { path: "app/a.ts", state, result, isLate: parts.isLate ?? false };
}

function setUp() {
  const lines: string[] = [];
  const add = (line: string) => void lines.push(line);
  const activity = new Activity({ debug: add, info: add, warn: add });
  let changes = 0;
  activity.onChange(() => changes++);
  return { activity, lines, changes: () => changes };
}

describe("the activity of a window", () => {
  it("logs each ask in one line without its text", () => {
    const { activity, lines } = setUp();
    activity.report(reportOf({ origin: "draft", failure: down }));
    activity.report(reportOf({ reason: "typed on" }));
    assert.deepEqual(lines, [
      "app/a.ts v3: ready 12.3 ms, first piece 1.0 ms, draft, upstream-down",
      "app/a.ts v3: ready 12.3 ms, first piece 1.0 ms, nothing, typed on",
    ]);
  });

  it("logs where the milliseconds went, as far as the gateway said", () => {
    const { activity, lines } = setUp();
    activity.report(reportOf({ origin: "remote", hasEnd: true, isLate: true }));
    assert.deepEqual(lines, [
      "app/a.ts v3: ready 12.3 ms, first piece 1.0 ms, draft 1.0 ms, model's first text 2.0 ms, gateway 3.0 ms, remote, late",
    ]);
    assert.equal(activity.latency.answers, 0, "a late answer is no latency of a key");
  });

  it("has the latency of what was shown and the reason when nothing was", () => {
    const { activity } = setUp();
    activity.report(reportOf({ origin: "remote", hasEnd: true }));
    assert.equal(activity.latency.lastMs, 12.34);
    assert.equal(activity.lastReason, "");
    activity.report(reportOf({ reason: "no suggestion", hasEnd: true }));
    assert.equal(activity.latency.answers, 1);
    assert.equal(activity.lastReason, "no suggestion");
    activity.report(reportOf({ origin: "draft" }));
    assert.equal(activity.lastReason, "");
  });

  it("keeps a failure until an answer says that it is over", () => {
    const { activity } = setUp();
    activity.report(reportOf({ origin: "draft", failure: down }));
    assert.equal(activity.failure, down);
    activity.report(reportOf({ reason: "typed on" }));
    activity.report(reportOf({ origin: "draft" }));
    assert.equal(activity.failure, down, "neither a cancel nor a slow model says so");
    activity.report(reportOf({ origin: "draft", hasEnd: true }));
    assert.equal(activity.failure, undefined);
  });

  it("takes an answer of the model that was cut short for a sign that it works", () => {
    const { activity } = setUp();
    activity.report(reportOf({ failure: down }));
    activity.report(reportOf({ origin: "remote" }));
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

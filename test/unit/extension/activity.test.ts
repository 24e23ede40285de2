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
}): AskReport {
  const { origin, failure, hasEnd = false, reason = "" } = parts;
  const result: AskResult = {
    suggestion: origin && { text: "secret()", replaceAfterChars: 0, origin },
    reason,
    failure,
    timings: { firstPieceMs: 1, readyMs: 12.34, gateway: hasEnd ? gateway : undefined },
  };
  return { path: "app/a.ts", version: 3, result };
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
      "app/a.ts v3: 12.3 ms, draft, upstream-down",
      "app/a.ts v3: 12.3 ms, nothing, typed on",
    ]);
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

  it("keeps the last 1,000 reports and refusals", () => {
    const { activity } = setUp();
    for (let each = 0; each < 1_001; each++) {
      activity.report({ ...reportOf({ origin: "draft" }), version: each });
      activity.refuse(`reason ${each}`);
    }
    assert.equal(activity.reports.length, 1_000);
    assert.equal(activity.reports[0]?.version, 1);
    assert.equal(activity.refusals.length, 1_000);
    assert.equal(activity.refusals.at(-1), "reason 1000");
    assert.equal(activity.lastReason, "reason 1000");
  });

  it("is silent when it is disposed", () => {
    const { activity, changes } = setUp();
    activity.dispose();
    activity.report(reportOf({ origin: "draft" }));
    assert.equal(changes(), 0);
  });
});

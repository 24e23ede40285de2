import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { LatencyReport } from "../../../src/completion/latencyReport.ts";
import type { AskResult } from "../../../src/completion/suggestion.ts";
import { askTimings } from "../../helpers/askTimings.ts";

const answered = (readyMs: number, isShown = true): AskResult => ({
  suggestion: isShown ? { text: "x", replaceAfterChars: 0, origin: "remote" } : undefined,
  source: isShown ? "asked" : "none",
  reason: isShown ? "" : "typed on",
  failure: undefined,
  timings: { ...askTimings, readyMs },
});

describe("a latency report", () => {
  it("has no numbers before the first answer", () => {
    const expected = { lastMs: undefined, p50Ms: undefined, p95Ms: undefined, answers: 0 };
    assert.deepEqual(new LatencyReport().latency, expected);
  });

  it("counts answers that had something to show and no others", () => {
    const report = new LatencyReport();
    report.add(answered(30));
    report.add(answered(9_000, false));
    assert.deepEqual(report.latency, { lastMs: 30, p50Ms: 30, p95Ms: 30, answers: 1 });
  });

  it("covers the last 100 answers", () => {
    const report = new LatencyReport();
    for (let each = 0; each < 50; each++) report.add(answered(10_000));
    for (let ms = 1; ms <= 100; ms++) report.add(answered(ms));
    assert.deepEqual(report.latency, { lastMs: 100, p50Ms: 50, p95Ms: 95, answers: 100 });
  });
});

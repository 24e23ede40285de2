import type { AskReport, CancelReport, RequestReport } from "../../../src/completion/reports.ts";
import type { AskTimings, ResultSource } from "../../../src/completion/suggestion.ts";
import { LatencyRecorder } from "../../../src/latency/latencyRecorder.ts";
import type { Origin } from "../../../src/wire/messages.ts";
import { askTimings } from "../../helpers/askTimings.ts";
import { ManualClock } from "../../helpers/manualClock.ts";

/** A recorder, and the world it is told of. */
export function recording() {
  const clock = new ManualClock();
  const world = {
    clock,
    wallMs: new Date(2026, 2, 14, 12).getTime(),
    traffic: { upBytes: 0, downBytes: 0 },
    upstream: "small (llama.cpp) at localhost",
    interrupts: false,
  };
  const recorder = new LatencyRecorder({
    clock,
    wallMs: () => world.wallMs,
    traffic: () => world.traffic,
    roundTripMs: () => 3,
    upstream: () => world.upstream,
    interrupts: () => world.interrupts,
  });
  return { ...world, world, recorder };
}

/** What an ask has brought. */
export function reported(parts: {
  readonly ask?: number;
  readonly request?: number;
  readonly origin?: Origin;
  readonly source?: ResultSource;
  readonly reason?: string;
  readonly isLate?: boolean;
  readonly timings?: Partial<AskTimings>;
}): AskReport {
  const { ask = 1, request, origin, source = "asked", reason = "", isLate = false } = parts;
  const state = { documentKey: "file:///app/a.ts", version: 1, offset: 1 };
  const suggestion = origin && { text: "private()", replaceAfterChars: 0, origin };
  const timings = { ...askTimings, ...parts.timings };
  const result = { suggestion, source, reason, failure: undefined, timings };
  return { ask, request, path: "app/a.ts", state, result, isLate };
}

/** That a request was given up. */
export const cancelled = (parts: Partial<CancelReport> = {}): CancelReport => ({
  request: 1,
  at: 0,
  receivedChars: 10,
  isConfined: false,
  ...parts,
});

/** That a request has ended. */
export const ended = (parts: Partial<RequestReport> = {}): RequestReport => ({
  request: 7,
  path: "app/a.ts",
  failure: undefined,
  timings: undefined,
  usage: undefined,
  receivedChars: 0,
  hasRemoteText: true,
  isModelSpared: false,
  isConfined: false,
  upstream: undefined,
  ...parts,
});

import { Percentiles } from "../base/percentiles.ts";
import type { AnswerRecord } from "./answerRecord.ts";
import { keptRecords, type LatencyRecorder } from "./latencyRecorder.ts";
import type { PanelRow, PanelState, PanelSummary, PanelUse, Spread } from "./panelMessages.ts";
import { isCounted, mergedUses, type ModelUse } from "./modelUse.ts";
import { costOf, type Prices } from "./prices.ts";
import { splitOf, totalMs } from "./split.ts";

/** What a panel is made from. */
export interface PanelSources {
  readonly recorder: LatencyRecorder;
  /** What the models were used for besides: in earlier windows, and in others. */
  readonly elsewhere: readonly ModelUse[];
  readonly prices: Prices;
  readonly roundTripMs: number | undefined;
  /** Says why nothing was shown in the words of whoever reads it. */
  readonly reasonIn: (reason: string) => string;
}

/** What the panel is told: all, or what has changed behind a revision. */
export function panelState(sources: PanelSources, sinceRevision = 0): PanelState {
  const { recorder, elsewhere, prices, roundTripMs, reasonIn } = sources;
  const { records } = recorder;
  const changed = records.filter(({ revision }) => revision > sinceRevision);
  return {
    type: "state",
    isWhole: sinceRevision === 0,
    rows: changed.map((record) => ({ ...rowOf(record), reason: reasonIn(record.reason) })),
    summary: { ...summaryOf(recorder), ...given({ roundTripMs }) },
    uses: usesOf(mergedUses([...elsewhere, ...recorder.uses]), prices),
  };
}

/** The newest change that a state tells of. */
export const revisionOf = ({ records }: LatencyRecorder): number =>
  records.reduce((newest, { revision }) => Math.max(newest, revision), 0);

/** All of it as JSON, for whoever wants to look at it elsewhere. */
export const panelJson = (state: PanelState): string => {
  const { rows, summary, uses } = state;
  return JSON.stringify({ summary, models: uses, answers: rows }, undefined, 2);
};

function rowOf(record: AnswerRecord): PanelRow {
  const { ask, isLate, atWallMs, path, source, reason, upBytes, downBytes, usage } = record;
  return {
    id: `${ask}${isLate ? ` ${record.timings.readyMs}` : ""}`,
    atWallMs,
    path,
    source,
    isLate,
    reason,
    totalMs: totalMs(record),
    split: source === "none" ? {} : splitOf(record),
    upBytes,
    downBytes,
    ...given({
      roundTripMs: record.roundTripMs,
      inputTokens: usage?.inputTokens,
      outputTokens: usage?.outputTokens,
    }),
  };
}

function summaryOf(recorder: LatencyRecorder): PanelSummary {
  const { records, counts, jsonBytes } = recorder;
  const brought = records.filter(({ source }) => source !== "none");
  const shown = brought.filter(({ isLate }) => !isLate);
  const of = (wanted: AnswerRecord["source"]) =>
    spreadOf(shown.filter(({ source }) => source === wanted));
  const { asks, requests, cancels, skipped, failures, upBytes, downBytes } = counts;
  const { cacheShare, tokensSavedByCancelling } = recorder;
  return {
    all: spreadOf(shown),
    bySource: {
      "typed through": of("typed through"),
      cache: of("cache"),
      draft: of("draft"),
      remote: of("remote"),
    },
    late: spreadOf(brought.filter(({ isLate }) => isLate)),
    ...{ asks, requests, cancels, skipped, failures, upBytes, downBytes, jsonBytes },
    ...given({ cacheShare, tokensSavedByCancelling }),
  };
}

/** Of fewer it is only the slowest one. */
const leastForP99 = 100;

function spreadOf(records: readonly AnswerRecord[]): Spread {
  const samples = new Percentiles(keptRecords);
  for (const record of records) samples.add(record.timings.readyMs);
  const [p50Ms, p95Ms] = [samples.at(0.5), samples.at(0.95)];
  const p99Ms = samples.count < leastForP99 ? undefined : samples.at(0.99);
  return { count: samples.count, ...given({ p50Ms, p95Ms, p99Ms }) };
}

/** The newest day first. */
const usesOf = (uses: readonly ModelUse[], prices: Prices): PanelUse[] =>
  uses
    .filter(({ upstream }) => upstream !== "")
    .sort((one, other) => (one.day < other.day ? 1 : one.day > other.day ? -1 : 0))
    .map((use) => {
      const { day, upstream } = use;
      const cost = costOf(use, prices);
      return {
        day,
        upstream,
        answers: use.answers + use.chats,
        isCounted: isCounted(use),
        inputTokens: use.inputTokens + use.chatInputTokens,
        cachedTokens: use.cachedTokens + use.chatCachedTokens,
        outputTokens: use.outputTokens + use.chatOutputTokens,
        ...(cost && { cost: { spent: cost.spent, ...given(cost) } }),
      };
    });

type Given<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

/** The values without those that are undefined, which JSON would lose anyway. */
const given = <T extends object>(values: T): Given<T> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Given<T>;

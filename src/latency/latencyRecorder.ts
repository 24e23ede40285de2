/**
 * latency: what happened to the last asks, where their time went and what they cost. Pure: it is told plain reports and
 * keeps numbers, never the text of a document. Start here; `split.ts` says where the milliseconds of one answer went,
 * `panelState.ts` what the panel is told, and only when it is open.
 */
import type { Clock } from "../base/clock.ts";
import type { Disposable } from "../base/disposable.ts";
import { Emitter } from "../base/emitter.ts";
import type {
  AskReport,
  CancelReport,
  RequestBegin,
  RequestReport,
  TakenReport,
} from "../completion/reports.ts";
import { type AnswerRecord, type ShownSource, sourceOf } from "./answerRecord.ts";
import { JsonBytes } from "./jsonBytes.ts";
import type { EndPiece } from "../wire/messages.ts";
import {
  countAnswer,
  countChat,
  type ModelUse,
  ModelUses,
  runsOn,
  savedByCancelling,
} from "./modelUse.ts";

/** How many answers are kept. */
export const keptRecords = 200;

/** What a recorder is made of. */
export interface RecorderParts {
  readonly clock: Clock;
  readonly wallMs: () => number;
  /** What has passed the link so far. */
  readonly traffic: () => { readonly upBytes: number; readonly downBytes: number };
  readonly roundTripMs: () => number | undefined;
  /** The model that answers now, as the gateway names it; empty where there is none. */
  readonly upstream: () => string;
  /** Whether models that otherwise write what is given up to its end are asked to stop. */
  readonly interrupts: () => boolean;
}

/** Counts since the window opened, or since they were cleared. */
export interface Counts {
  readonly shown: Readonly<Record<Exclude<ShownSource, "none">, number>>;
  readonly asks: number;
  readonly requests: number;
  readonly cancels: number;
  readonly skipped: number;
  readonly failures: number;
  readonly upBytes: number;
  readonly downBytes: number;
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

const noneShown = { "typed through": 0, cache: 0, draft: 0, remote: 0 };

/** Keeps the last 200 answers of a window and counts. What it does at a key is a few additions. */
export class LatencyRecorder implements Disposable {
  readonly #parts: RecorderParts;
  readonly #changes = new Emitter<undefined>();
  readonly #uses = new ModelUses();
  readonly #json = new JsonBytes();
  #records: Writable<AnswerRecord>[] = [];
  #revision = 0;
  #counts = { asks: 0, requests: 0, cancels: 0, skipped: 0, failures: 0 };
  #shown = { ...noneShown };
  #begunAt: { upBytes: number; downBytes: number };
  #lastUpBytes: number;
  #lastDownBytes: number;

  constructor(parts: RecorderParts) {
    this.#parts = parts;
    this.#begunAt = { ...parts.traffic() };
    this.#lastUpBytes = this.#begunAt.upBytes;
    this.#lastDownBytes = this.#begunAt.downBytes;
  }

  /** Fires when there is something new. */
  readonly onChange = this.#changes.on;

  /** The last 200, the oldest first. */
  get records(): readonly AnswerRecord[] {
    return this.#records;
  }

  get counts(): Counts {
    const { upBytes, downBytes } = this.#parts.traffic();
    return {
      ...this.#counts,
      shown: { ...this.#shown },
      upBytes: upBytes - this.#begunAt.upBytes,
      downBytes: downBytes - this.#begunAt.downBytes,
    };
  }

  /** What the models were used for, by day. */
  get uses(): readonly ModelUse[] {
    return this.#uses.all;
  }

  /** The bytes that the same requests would have had as JSON bodies. */
  get jsonBytes(): number {
    return this.#json.bytes;
  }

  /** Of what was shown, how much was known already, from 0 to 1; undefined before anything was. */
  get cacheShare(): number | undefined {
    const { "typed through": typed, cache, draft, remote } = this.#shown;
    const all = typed + cache + draft + remote;
    return all === 0 ? undefined : (typed + cache) / all;
  }

  /** The estimate of `savedByCancelling`, of all models. */
  get tokensSavedByCancelling(): number | undefined {
    const known = this.uses.map(savedByCancelling).filter((tokens) => tokens !== undefined);
    return known.length === 0 ? undefined : known.reduce((sum, tokens) => sum + tokens, 0);
  }

  /** An ask has its result, or a better one. */
  answered(report: AskReport): void {
    const { ask, request, path, result, isLate } = report;
    const { timings, reason, suggestion } = result;
    const source = sourceOf(report);
    const { clock, wallMs, traffic, roundTripMs } = this.#parts;
    const { upBytes, downBytes } = traffic();
    this.#records.push({
      ask,
      isLate,
      request,
      atWallMs: wallMs(),
      keyAt: clock.now() - timings.readyMs,
      path,
      source,
      isAwaited: result.source === "awaited",
      reason,
      timings,
      returnedMs: undefined,
      roundTripMs: roundTripMs(),
      upBytes: upBytes - this.#lastUpBytes,
      downBytes: downBytes - this.#lastDownBytes,
      gateway: undefined,
      usage: undefined,
      revision: ++this.#revision,
    });
    this.#lastUpBytes = upBytes;
    this.#lastDownBytes = downBytes;
    if (this.#records.length > keptRecords) this.#records.shift();
    if (!isLate) this.#counts.asks++;
    if (source !== "none" && !isLate) this.#shown[source]++;
    const isKnown = source === "cache" || source === "typed through";
    if (isKnown && suggestion?.origin === "remote") this.#useNow().fromCache++; // a draft costs nothing
    this.#changes.fire(undefined);
  }

  /** The editor has come for what an ask brought. */
  taken({ ask, at }: Pick<TakenReport, "ask" | "at">): void {
    const record = this.#records.findLast((each) => each.ask === ask);
    if (!record || record.returnedMs !== undefined || record.source === "none") return;
    record.returnedMs = at - record.keyAt;
    this.#changed(record);
  }

  /** A request is about to be made. */
  requested({ ask }: RequestBegin): void {
    this.#counts.requests++;
    if (!ask.isConfined) this.#json.add(ask); // of such a file nothing goes over the link
  }

  /** A request was given up. */
  cancelled({ receivedChars, isConfined }: CancelReport): void {
    this.#counts.cancels++;
    if (!isConfined) {
      const use = this.#useNow();
      if (!runsOn(use.upstream) || this.#parts.interrupts()) {
        use.cancels++;
        use.cancelledChars += receivedChars;
      } else use.ranOn++;
    }
    this.#changes.fire(undefined);
  }

  /** A request has ended by itself. */
  ended(report: RequestReport): void {
    const { request, failure, timings, usage, receivedChars, isModelSpared } = report;
    if (failure) this.#counts.failures++;
    if (isModelSpared) {
      this.#counts.skipped++;
      this.#useNow().skipped++;
    } else if (!failure && !report.isConfined)
      countAnswer(this.#useNow(report.upstream), usage, receivedChars);
    for (const record of this.#records) {
      if (record.request !== request) continue;
      record.gateway = timings;
      record.usage = usage;
      this.#changed(record);
    }
    this.#changes.fire(undefined);
  }

  /** A question of the chat, or an edit, was answered. */
  chatEnded({ usage, upstream }: Pick<EndPiece, "usage" | "upstream">): void {
    countChat(this.#useNow(upstream), usage);
    this.#changes.fire(undefined);
  }

  /** Forgets everything. */
  clear(): void {
    this.#records = [];
    this.#counts = { asks: 0, requests: 0, cancels: 0, skipped: 0, failures: 0 };
    this.#shown = { ...noneShown };
    this.#begunAt = { ...this.#parts.traffic() };
    this.#uses.clear();
    this.#json.clear();
    this.#changes.fire(undefined);
  }

  dispose(): void {
    this.#changes.dispose();
  }

  /** Of the model that answered where it is told, else of the one that the gateway named. */
  #useNow(upstream = this.#parts.upstream()): ModelUse {
    return this.#uses.of(upstream, this.#parts.wallMs());
  }

  #changed(record: Writable<AnswerRecord>): void {
    record.revision = ++this.#revision;
    this.#changes.fire(undefined);
  }
}

import { systemWallMs } from "../../../src/base/clock.ts";
import { randomBytes } from "node:crypto";
import { machineNow } from "../machineClock.ts";
import type { UpstreamRecord } from "../scriptedUpstream.ts";
import type { ApiError } from "./errors.ts";
import { defaultTokens, type DoubleScript } from "./switches.ts";

/** A request as the double read it. */
export interface DoubleRecord extends UpstreamRecord {
  readonly transport: "socket" | "http";
  /** The number of its connection, from 1. */
  readonly connection: number;
  readonly lane: string | undefined;
  /** Of the whole context, and those of it that a cache had. */
  readonly inputTokens: number;
  readonly cachedTokens: number;
}

/** A record while its response runs. */
export type OpenRecord = { -readonly [K in keyof DoubleRecord]: DoubleRecord[K] } & {
  tokensAt: number[];
};

/** Where the events of a response go. */
export interface Sink {
  send(event: Record<string, unknown>): void;
  /** Text that is no event. */
  sendRaw(text: string): void;
  fail(error: ApiError): void;
  /** Ends the connection, by a reset or in good order. */
  cut(isReset: boolean): void;
}

/** How a response came to its end; undefined where it never does. */
export type ResponseEnd = "completed" | "incomplete" | "interrupted" | "failed" | undefined;

/** One response being written. */
export class Response {
  readonly id = `resp_${randomBytes(12).toString("hex")}`;
  readonly record: OpenRecord;
  readonly #script: DoubleScript;
  readonly #sink: Sink;
  readonly #itemId = `msg_${randomBytes(12).toString("hex")}`;
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #tokens: readonly string[];
  #sequence = 0;
  #isOver = false;
  #onEnd: (end: ResponseEnd) => void = () => undefined;

  constructor(
    record: OpenRecord,
    script: DoubleScript,
    sink: Sink,
    tokens: readonly string[] | undefined,
  ) {
    this.record = record;
    this.#script = script;
    this.#sink = sink;
    this.#tokens = tokens ?? script.tokens ?? defaultTokens;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Writes all events in their time. */
  run(onEnd: (end: ResponseEnd) => void): void {
    this.#onEnd = onEnd;
    const { outcome } = this.#script;
    if (outcome?.kind === "silent") return;
    if (outcome?.kind === "cut-off" && outcome.afterTokens < 0) {
      this.#cut(true);
      return;
    }
    if (outcome?.kind === "status") {
      this.fail(statusError(outcome.status, outcome.body, outcome.headers));
      return;
    }
    if (outcome?.kind === "raw" || outcome?.kind === "garbage") {
      const chunks = outcome.kind === "raw" ? outcome.chunks : ["garbage"];
      for (const chunk of chunks) this.#sink.sendRaw(chunk.toString());
      return;
    }
    this.#send("response.created", { response: this.#response("in_progress") });
    this.#send("response.in_progress", { response: this.#response("in_progress") });
    if (this.record.body["generate"] === false) {
      this.#end("completed", []);
      return;
    }
    this.#later(this.#script.firstTextMs ?? 0, () => {
      this.#open();
      this.#write(0);
    });
  }

  /** Ends it with an error. */
  fail(error: ApiError): void {
    this.#sink.fail(error);
    this.#over("failed");
  }

  /** Ends it as an interrupt does. */
  interrupt(): void {
    this.#send("response.output_item.interrupted", { item_id: this.#itemId, output_index: 0 });
    this.#end("interrupted", []);
  }

  /** Stops writing: its connection is gone. */
  stop(): void {
    if (this.#isOver) return;
    this.record.closedAt = machineNow();
    this.#over(undefined);
  }

  #open(): void {
    const item = { id: this.#itemId, type: "message", role: "assistant" };
    this.#send("response.output_item.added", {
      output_index: 0,
      item: { ...item, status: "in_progress", content: [] },
    });
    this.#send("response.content_part.added", {
      ...this.#place(),
      part: { type: "output_text", text: "", annotations: [] },
    });
  }

  /** Token by token; without a time between them all in one turn. */
  #write(from: number): void {
    const { tokenMs = 0, outcome } = this.#script;
    const limit = Number(this.record.body["max_output_tokens"] ?? Number.POSITIVE_INFINITY);
    for (let index = from; ; index++) {
      if (outcome && "afterTokens" in outcome && index >= outcome.afterTokens) {
        if (outcome.kind === "cut-off") this.#cut(true);
        if (outcome.kind === "unfinished") this.#cut(false);
        if (outcome.kind === "error-event") this.fail(eventError(outcome.error));
        return;
      }
      const token = this.#tokens[index];
      if (token === undefined || index >= limit) {
        const isCut = token !== undefined || (this.#script.stop ?? "done") !== "done";
        this.#close(isCut ? "incomplete" : "completed");
        return;
      }
      this.#delta(token);
      if (tokenMs > 0) {
        this.#later(tokenMs, () => {
          this.#write(index + 1);
        });
        return;
      }
    }
  }

  #delta(token: string): void {
    this.record.tokensAt.push(machineNow());
    const padding = this.#script.hasObfuscation === true && {
      obfuscation: randomBytes(6).toString("base64"),
    };
    this.#send("response.output_text.delta", {
      ...{ ...this.#place(), delta: token, logprobs: [] },
      ...padding,
    });
    if (this.#script.hasUnknownEvents === true)
      this.#sink.send({ type: "codex.rate_limits", used: 1 });
  }

  #close(end: "completed" | "incomplete"): void {
    const text = this.#tokens.slice(0, this.record.tokensAt.length).join("");
    const part = { type: "output_text", text, annotations: [] };
    const item = {
      ...{ id: this.#itemId, type: "message", role: "assistant" },
      ...{ status: end, content: [part] },
    };
    this.#send("response.output_text.done", { ...this.#place(), text, logprobs: [] });
    this.#send("response.content_part.done", { ...this.#place(), part });
    this.#send("response.output_item.done", { output_index: 0, item });
    this.#end(end, [item]);
  }

  #end(end: "completed" | "incomplete" | "interrupted", output: readonly unknown[]): void {
    const { inputTokens, cachedTokens, tokensAt } = this.record;
    const cutBy = this.#script.stop === "filtered" ? "content_filter" : "max_output_tokens";
    const reason = end === "incomplete" ? cutBy : "interrupted";
    const usage = {
      input_tokens: inputTokens,
      input_tokens_details: { cached_tokens: cachedTokens },
      output_tokens: tokensAt.length,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: inputTokens + tokensAt.length,
    };
    const isWhole = end === "completed";
    const response = {
      ...this.#response(isWhole ? "completed" : "incomplete"),
      ...(this.#script.endsWithoutOutput === true ? { output: undefined } : { output }),
      incomplete_details: isWhole ? null : { reason },
      usage,
    };
    this.#send(isWhole ? "response.completed" : "response.incomplete", { response });
    this.record.isComplete = true;
    this.#over(end);
  }

  #send(type: string, fields: Record<string, unknown>): void {
    this.#sink.send({ type, sequence_number: this.#sequence++, ...fields });
  }

  #response(status: string): Record<string, unknown> {
    const { model, instructions = null, previous_response_id: previous = null } = this.record.body;
    return {
      ...{ id: this.id, object: "response", created_at: Math.floor(systemWallMs() / 1000), status },
      ...{ model, instructions, previous_response_id: previous, output: [], error: null },
      ...{ incomplete_details: null, metadata: {}, parallel_tool_calls: true, temperature: 1 },
      ...{ tool_choice: "auto", tools: [], top_p: 1 },
    };
  }

  #place(): Record<string, unknown> {
    return { item_id: this.#itemId, output_index: 0, content_index: 0 };
  }

  #cut(isReset: boolean): void {
    this.#over(undefined);
    this.#sink.cut(isReset);
  }

  #later(delayMs: number, action: () => void): void {
    if (delayMs === 0) {
      action();
      return;
    }
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      action();
    }, delayMs);
    this.#timers.add(timer);
  }

  #over(end: ResponseEnd): void {
    this.#isOver = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#onEnd(end);
  }
}

/** What a status says, as an error event. */
function statusError(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> | undefined,
): ApiError {
  const said = typeof body === "object" && body !== null && "error" in body ? body.error : {};
  const details = typeof said === "string" ? { message: said } : (said as ApiError);
  return { ...details, status, ...(headers && { headers }) };
}

function eventError(error: unknown): ApiError {
  return typeof error === "string" ? { message: error } : (error as ApiError);
}

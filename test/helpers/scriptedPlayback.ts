import { machineNow } from "./machineClock.ts";
import type { ServerResponse } from "node:http";
import type { Events } from "./scriptedAnswer.ts";
import { eventsFor, refusalOf } from "./scriptedEvents.ts";
import type { Counted, Outcome, UpstreamRecord, UpstreamScript } from "./upstreamScript.ts";

/** What is played, and to whom. */
export interface Performance {
  readonly script: UpstreamScript;
  readonly tokens: readonly string[];
  /** What each token but the first waits for beside its time. */
  readonly before: (token: string) => Promise<void> | undefined;
  readonly counted: Counted;
  readonly response: ServerResponse;
  readonly record: UpstreamRecord & { readonly tokensAt: number[] };
}

/** Plays a script to one response. */
export class Playback {
  readonly #performance: Performance;
  readonly #notify: () => void;
  readonly #events: Events;
  #written = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(performance: Performance, notify: () => void) {
    this.#performance = performance;
    this.#notify = notify;
    const { record, script, tokens, counted, response } = performance;
    response.once("close", () => {
      clearTimeout(this.#timer);
    });
    const { isSuffixIgnored = false, countsUnasked = false, stop = "done" } = script;
    const options = { path: record.path, body: record.body, tokens, counted, stop };
    this.#events = eventsFor({ ...options, isSuffixIgnored, countsUnasked });
  }

  start(): void {
    const { script, record, response } = this.#performance;
    const refusal = this.#refusal();
    if (refusal) this.#refuse(refusal);
    else if (script.outcome?.kind === "raw") this.#raw(script.outcome);
    else if (script.outcome?.kind === "garbage") {
      const chunk = `${this.#events.dataPrefix}<html>not a model</html>\n\n`;
      this.#raw({ kind: "raw", chunks: [chunk], contentType: this.#events.mediaType });
    } else if (script.outcome?.kind !== "silent") {
      this.#schedule(record.receivedAt + (script.firstTextMs ?? 0), () => {
        response.writeHead(200, { "Content-Type": this.#events.mediaType });
        response.write(this.#events.begin);
        this.#next();
      });
    }
  }

  #refusal(): Extract<Outcome, { kind: "status" }> | undefined {
    const { script, record } = this.#performance;
    if (script.outcome?.kind === "status") return script.outcome;
    const refusal = refusalOf(record, script.model);
    return refusal && { kind: "status", ...refusal };
  }

  #refuse({ status, body, headers }: Extract<Outcome, { kind: "status" }>): void {
    const isText = typeof body === "string";
    this.#performance.response.writeHead(status, {
      "Content-Type": isText ? "text/html" : "application/json; charset=utf-8",
      ...headers,
    });
    this.#performance.response.end(isText ? body : JSON.stringify(body));
  }

  #raw({ chunks, contentType }: Extract<Outcome, { kind: "raw" }>): void {
    const { response } = this.#performance;
    response.writeHead(200, { "Content-Type": contentType ?? "text/event-stream" });
    for (const chunk of chunks) response.write(chunk);
    response.end();
  }

  /** Writes the tokens that are due in this turn, then waits for the next or ends the answer. */
  #next(): void {
    const { script, record, response, tokens, before } = this.#performance;
    const stop = stopOf(script.outcome);
    const total = Math.min(tokens.length, stop?.afterTokens ?? tokens.length);
    do {
      if (response.destroyed) return;
      if (this.#written < total) this.#writeToken();
    } while (!script.tokenMs && this.#written < total);
    if (this.#written < total) {
      const firstAt = record.receivedAt + (script.firstTextMs ?? 0);
      this.#schedule(firstAt + this.#written * (script.tokenMs ?? 0), () => {
        const go = () => {
          this.#next();
        };
        const held = before(tokens[this.#written] ?? "");
        if (held) void held.then(go);
        else go();
      });
    } else if (stop) this.#stop(stop);
    else if (script.outcome?.kind === "left-open") response.write(this.#events.finish);
    else response.end(this.#events.finish + this.#events.end);
  }

  #writeToken(): void {
    const { record, response } = this.#performance;
    response.write(this.#events.tokens[this.#written] ?? "");
    this.#written++;
    record.tokensAt.push(machineNow());
    this.#notify();
  }

  #stop(outcome: Extract<Outcome, { afterTokens: number }>): void {
    const { response } = this.#performance;
    if (outcome.kind === "cut-off") response.flushHeaders();
    if (outcome.kind === "cut-off") setImmediate(() => response.socket?.destroy());
    if (outcome.kind === "unfinished") response.end();
    if (outcome.kind === "error-event") response.end(this.#events.error(outcome.error));
    if (outcome.kind === "stalled") response.flushHeaders();
    if (outcome.kind === "stalled-within") {
      const next = this.#events.tokens[outcome.afterTokens] ?? "";
      response.write(next.slice(0, next.length / 2));
    }
  }

  /** Against an absolute time, so that late timers do not add up. */
  #schedule(at: number, action: () => void): void {
    const delayMs = at - machineNow();
    if (delayMs <= 0) {
      action();
      return;
    }
    this.#timer = setTimeout(action, delayMs);
  }
}

function stopOf(
  outcome: Outcome | undefined,
): Extract<Outcome, { afterTokens: number }> | undefined {
  return outcome && "afterTokens" in outcome ? outcome : undefined;
}

import { systemClock } from "../../../src/base/clock.ts";
import { createUpstream } from "../../../src/gateway/upstreams/createUpstream.ts";
import type {
  ServerSettings,
  Upstream,
  UpstreamAnswer,
} from "../../../src/gateway/upstreams/upstream.ts";
import { seededRandom } from "../../helpers/randomness.ts";
import { machineNow } from "../../helpers/machineClock.ts";
import { tokensAfter } from "../../helpers/scriptedUpstream.ts";
import type { ScriptedUpstreamProcess } from "../../helpers/scriptedUpstreamProcess.ts";
import type { Figures } from "../report.ts";
import { spread } from "../spread.ts";

type Ask = (upstream: Upstream, signal: AbortSignal) => UpstreamAnswer | undefined;

const complete: Ask = (upstream, signal) =>
  upstream.complete(
    {
      path: "a.ts",
      languageId: "typescript",
      before: "let x = ",
      after: ";\n",
      isConfined: false,
      snippets: [],
    },
    signal,
  );
const chat: Ask = (upstream, signal) =>
  upstream.chat?.(
    { conversation: "c", instructions: "", turns: [{ role: "user", text: "Why?" }] },
    signal,
  );

/** Every adapter and what it can do. */
const adapters: readonly (readonly [name: string, kind: ServerSettings["kind"], ask: Ask])[] = [
  ["openaiCompatible", "openai-compatible", complete],
  ["openaiCompatibleChat", "openai-compatible", chat],
  ["llamaCpp", "llama.cpp", complete],
  ["llamaCppChat", "llama.cpp", chat],
  ["ollama", "ollama", complete],
  ["ollamaChat", "ollama", chat],
  ["mistral", "mistral", complete],
  ["mistralChat", "mistral", chat],
  ["anthropicChat", "anthropic", chat],
];

/**
 * Each adapter by itself, against a server's process: answers given up somewhere in their stream, and what the server
 * wrote and when it knew, counted from the call of `abort`. Each figure has its adapter's name with `ending` behind it.
 */
export async function upstreamCancels(
  server: ScriptedUpstreamProcess,
  count: number,
  ending = "",
): Promise<Figures> {
  const figures: Record<string, Figures> = {};
  for (const [name, kind, ask] of adapters) {
    const limits = { firstTextTimeoutMs: 5_000, maxTokens: 1_000 };
    const upstream = createUpstream(
      { kind, url: server.url, model: "m", apiKey: undefined, ...limits },
      systemClock,
    );
    await server.forget();
    try {
      figures[name + ending] = await cancels(server, (signal) => ask(upstream, signal), count);
    } finally {
      upstream.dispose();
    }
  }
  return figures;
}

async function cancels(
  server: ScriptedUpstreamProcess,
  ask: (signal: AbortSignal) => UpstreamAnswer | undefined,
  count: number,
): Promise<Figures> {
  const random = seededRandom(7);
  const abortedAt: number[] = [];
  for (let at = 0; at < count; at++) {
    const controller = new AbortController();
    setTimeout(
      () => {
        abortedAt.push(machineNow());
        controller.abort(new Error("typed on"));
      },
      25 + 50 * random(),
    );
    await readAll(ask(controller.signal));
  }
  const records = await closedRecords(server, count);
  return {
    closedMs: spread(
      records.map((record, at) => (record.closedAt ?? NaN) - (abortedAt[at] ?? NaN)),
    ),
    tokensAfterAbort: spread(
      records.map((record, at) => tokensAfter(record, abortedAt[at] ?? NaN)),
    ),
  };
}

async function readAll(answer: UpstreamAnswer | undefined): Promise<void> {
  try {
    for (let next = await answer?.next(); next?.done === false; next = await answer?.next());
    throw new Error("The answer was whole before it was given up.");
  } catch (thrown) {
    if (!String(thrown).includes("typed on")) throw thrown;
  }
}

/** Asks until the server has seen every close; each question is a turn of its loop and of ours. */
async function closedRecords(server: ScriptedUpstreamProcess, count: number) {
  for (;;) {
    const { records } = await server.records();
    if (records.length === count && records.every(({ closedAt }) => closedAt !== undefined))
      return records;
  }
}

/**
 * How many tokens of its prompt a llama-server has to read anew for each key of a typing session: by the adapter's own
 * figures, through real HTTP, from a double that counts as the server's prompt cache does. Every key is asked about.
 *   --trace FILE   a `.keys.json` (default: the session that the replay bench carries)
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { systemClock } from "../../src/base/clock.ts";
import { createUpstream } from "../../src/gateway/upstreams/createUpstream.ts";
import { PromptCache, suffixTokens } from "../helpers/promptCache.ts";
import { ScriptedUpstream } from "../helpers/scriptedUpstream.ts";
import { type KeyTrace, readKeyTrace } from "./replay/keyTrace.ts";
import type { Figures } from "./report.ts";
import { spread } from "./spread.ts";

/** The file of a model of each kind, as the server tells it. */
const models = {
  /** Reads the suffix first. */
  suffixFirst: "starcoder2-3b-q8_0.gguf",
  /** Reads the prefix first; what is typed follows the middle mark. */
  prefixFirst: "qwen2.5-coder-1.5b-q8_0.gguf",
  /** Tells no family: the server lays the prompt out. */
  infill: "a-model.gguf",
} as const;

const answer = ["word", " ", "word"];

export async function run(options: string[]): Promise<Figures> {
  const { values } = parseArgs({ args: options, options: { trace: { type: "string" } } });
  const own = join(import.meta.dirname, "replay", "session.keys.json");
  const trace = await readKeyTrace(values.trace ?? own);
  const figures: Record<string, Figures> = {};
  for (const [name, model] of Object.entries(models)) figures[name] = await typed(trace, model);
  return { keys: trace.events.length, ...figures };
}

async function typed(trace: KeyTrace, file: string): Promise<Figures> {
  const props = { total_slots: 4, model_path: `/models/${file}` };
  const server = await new ScriptedUpstream({ tokens: answer, props }).listen();
  const cache = new PromptCache();
  server.countedFor = (_path, body) => cache.count(body, answer);
  const limits = { firstTextTimeoutMs: 5_000, maxTokens: 96 };
  const upstream = createUpstream(
    { kind: "llama.cpp", url: server.url, model: "", apiKey: undefined, ...limits },
    systemClock,
  );
  const evaluated: number[] = [];
  const beyondSuffix: number[] = [];
  const { languageId, final, regionStart, regionEnd } = trace;
  const place = {
    path: trace.path ?? "typed.ts",
    languageId,
    after: final.slice(regionEnd),
    isConfined: false,
    snippets: [],
  };
  let before = final.slice(0, regionStart);
  try {
    for (const event of trace.events) {
      before = event.op === "ins" ? before + event.text : before.slice(0, -1);
      const said = upstream.complete({ ...place, before }, new AbortController().signal);
      let next = await said.next();
      while (next.done !== true) next = await said.next();
      const { usage } = next.value;
      if (usage?.cachedTokens === undefined) throw new Error("The adapter has counted nothing.");
      evaluated.push(usage.inputTokens - usage.cachedTokens);
      const body = server.records.at(-1)?.body ?? {};
      if ("input_suffix" in body) beyondSuffix.push((evaluated.at(-1) ?? 0) - suffixTokens(body));
    }
  } finally {
    upstream.dispose();
    await server.close();
  }
  // The first requests find an empty cache, and know nothing of the server yet.
  return {
    evaluatedTokens: spread(evaluated.slice(2)),
    ...(beyondSuffix.length > 2 && { evaluatedBeyondSuffixTokens: spread(beyondSuffix.slice(2)) }),
    promptChars: before.length + place.after.length,
  };
}

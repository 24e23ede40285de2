/**
 * A typing session through the real core, link and gateway against a model that knows how the file goes on
 * (the oracle): what a person would see, how long it is waited for, and what it costs.
 *   --trace FILE     the session; a small one over a file of this project by default
 *   --ttft MS        from a request to the oracle's first token (default 50)
 *   --token MS       from one token to the next (default 5)
 *   --accuracy A     how likely a token is right, 0 to 1 (default 1)
 *   --virtual        on a clock of its own: both ends in this process, minutes take seconds
 *   --editor-wait    as in the editor: asked 8 ms after the key, picked up 50 ms after it
 *   --draft          lets the embedded engine's drafts through
 */
import { parseArgs } from "node:util";
import { play } from "./replay/play.ts";
import { type KeyTrace, readKeyTrace } from "./replay/keyTrace.ts";
import { type StageOptions } from "./replay/stage.ts";
import { virtualStage } from "./replay/virtualStage.ts";
import { type Figures } from "./report.ts";

const editorWaits = { askMs: 8, providerMs: 50 };

export async function run(args: string[]): Promise<Figures> {
  const { values } = parseArgs({
    args,
    options: {
      trace: { type: "string" },
      ttft: { type: "string", default: "50" },
      token: { type: "string", default: "5" },
      accuracy: { type: "string", default: "1" },
      virtual: { type: "boolean", default: false },
      "editor-wait": { type: "boolean", default: false },
      draft: { type: "boolean", default: false },
    },
  });
  const trace = await readKeyTrace(values.trace ?? "");
  const options = {
    firstTokenMs: Number(values.ttft),
    tokenMs: Number(values.token),
    accuracy: Number(values.accuracy),
    hasDraft: values.draft,
  };
  const hasWaits = values["editor-wait"];
  const figures = await playVirtually(trace, options, hasWaits);
  const atOnce = { ...options, firstTokenMs: 0, tokenMs: 0 };
  const best = await playVirtually(trace, atOnce, hasWaits);
  const [useful, bestUseful] = [figures["usefulShare"], best["usefulShare"]];
  return {
    keys: trace.events.length,
    ...options,
    ...figures,
    bestUsefulShare: bestUseful ?? null,
    usefulRatio: Number(useful) / Number(bestUseful),
  };
}

async function playVirtually(
  trace: KeyTrace,
  options: StageOptions,
  hasWaits: boolean,
): Promise<Figures> {
  const stage = await virtualStage(trace, options);
  const waits = hasWaits ? editorWaits : undefined;
  const { firstTokenMs } = options;
  const figures = await play(stage, trace, { firstTokenMs, knownWithinMs: 0, waits });
  await stage.close();
  return figures;
}

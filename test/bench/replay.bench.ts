/**
 * A typing session through the real core, link and gateway against a model that knows how the file goes on
 * (the oracle): what a person would see, how long it is waited for, and what it costs.
 *   --trace FILE     the session; a small one over a file of this project by default
 *   --ttft MS        from a request to the oracle's first token (default 50)
 *   --token MS       from one token to the next (default 5)
 *   --accuracy A     how likely a token is right, 0 to 1 (default 1)
 *   --upstream URL   an oracle that runs already; it should answer as told here
 *   --virtual        on a clock of its own: both ends in this process, minutes take seconds
 *   --editor-wait    as in the editor: asked 8 ms after the key, picked up 50 ms after it
 *   --draft          lets the embedded engine's drafts through
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type EditorWaits } from "./replay/editorStandIn.ts";
import { type KeyTrace, readKeyTrace } from "./replay/keyTrace.ts";
import { play, type PlayOptions } from "./replay/play.ts";
import { realStage } from "./replay/realStage.ts";
import { type Stage, type StageOptions } from "./replay/stage.ts";
import { virtualStage } from "./replay/virtualStage.ts";
import { type Figures } from "./report.ts";

const defaultTrace = join(import.meta.dirname, "replay/session.keys.json");
const editorWaits = { askMs: 8, providerMs: 50 };

export async function run(args: string[]): Promise<Figures> {
  const { values } = parseArgs({
    args,
    options: {
      trace: { type: "string" },
      ttft: { type: "string", default: "50" },
      token: { type: "string", default: "5" },
      accuracy: { type: "string", default: "1" },
      upstream: { type: "string" },
      virtual: { type: "boolean", default: false },
      "editor-wait": { type: "boolean", default: false },
      draft: { type: "boolean", default: false },
    },
  });
  const { virtual: isVirtual, upstream } = values;
  const traceFile = values.trace ?? defaultTrace;
  const trace = await readKeyTrace(traceFile);
  const options = {
    firstTokenMs: Number(values.ttft),
    tokenMs: Number(values.token),
    accuracy: Number(values.accuracy),
    hasDraft: values.draft,
  };
  const waits = values["editor-wait"] ? editorWaits : undefined;
  const { firstTokenMs } = options;
  const figures = isVirtual
    ? await playVirtually(trace, options, waits)
    : await playOn(await realStage({ ...options, traceFile, upstream }), trace, {
        firstTokenMs,
        knownWithinMs: 3,
        waits,
      });
  const atOnce = { ...options, firstTokenMs: 0, tokenMs: 0 };
  const best = await playVirtually(trace, atOnce, waits);
  return {
    keys: trace.events.length,
    isVirtual,
    hasEditorWait: waits !== undefined,
    ...options,
    ...figures,
    bestUsefulShare: best["usefulShare"] ?? null,
    usefulRatio: Number(figures["usefulShare"]) / Number(best["usefulShare"]),
  };
}

/** The same figures on a clock of its own, where an answer that was known takes no time at all. */
async function playVirtually(
  trace: KeyTrace,
  options: StageOptions,
  waits: EditorWaits | undefined,
): Promise<Figures> {
  const { firstTokenMs } = options;
  const stage = await virtualStage(trace, options);
  return playOn(stage, trace, { firstTokenMs, knownWithinMs: 0, waits });
}

async function playOn(stage: Stage, trace: KeyTrace, options: PlayOptions): Promise<Figures> {
  try {
    return await play(stage, trace, options);
  } finally {
    await stage.close();
  }
}

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
 *   --both           without drafts and with them, one after the other
 *   --spare          the oracle is not asked where the engine's draft is nearly certain
 *   --project DIR    the repository the session's file is from: the engine knows it as it was before that file was first
 *                    committed, on the clock of its own alone (this one by default)
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { EditorWaits } from "./replay/editorStandIn.ts";
import { type KeyTrace, readKeyTrace } from "./replay/keyTrace.ts";
import { play, type PlayOptions } from "./replay/play.ts";
import { projectBefore } from "./replay/projectBefore.ts";
import { realStage } from "./replay/realStage.ts";
import type { Stage, StageOptions } from "./replay/stage.ts";
import { virtualStage } from "./replay/virtualStage.ts";
import type { Figures } from "./report.ts";

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
      spare: { type: "boolean", default: false },
      both: { type: "boolean", default: false },
      project: { type: "string", default: join(import.meta.dirname, "../..") },
    },
  });
  const { virtual: isVirtual, upstream } = values;
  const traceFile = values.trace ?? defaultTrace;
  const trace = await readKeyTrace(traceFile);
  const oracle = {
    firstTokenMs: Number(values.ttft),
    tokenMs: Number(values.token),
    accuracy: Number(values.accuracy),
  };
  const waits = values["editor-wait"] ? editorWaits : undefined;
  const known = isVirtual && trace.path ? projectBefore(values.project, trace.path) : [];
  const playArm = async (project: StageOptions["project"]): Promise<Figures> => {
    const options = { ...oracle, project, sparesModel: values.spare };
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
      hasDraft: project !== undefined,
      ...figures,
      bestUsefulShare: best["usefulShare"] ?? null,
      usefulRatio: Number(figures["usefulShare"]) / Number(best["usefulShare"]),
    };
  };
  const setting = {
    keys: trace.events.length,
    isVirtual,
    hasEditorWait: waits !== undefined,
    ...oracle,
    projectFiles: known.length,
  };
  if (!values.both) return { ...setting, ...(await playArm(values.draft ? known : undefined)) };
  return { ...setting, withoutDraft: await playArm(undefined), withDraft: await playArm(known) };
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

import { Syntax } from "../../../src/completion/syntax/syntax.ts";
import { packagedGrammars } from "../../helpers/grammars.ts";
import type { Figures } from "../report.ts";
import { spread } from "../spread.ts";
import { EditorStandIn, type EditorWaits } from "./editorStandIn.ts";
import type { KeyTrace } from "./keyTrace.ts";
import {
  abortFigures,
  loadFigures,
  type Replay,
  restlessFigures,
  sightFigures,
  waitFigures,
} from "./metrics.ts";
import type { CpuTimes, Stage } from "./stage.ts";

/** How a trace is played. */
export interface PlayOptions {
  readonly firstTokenMs: number;
  readonly knownWithinMs: number;
  readonly waits: EditorWaits | undefined;
}

/** A person looks at a file that was opened before the first key. */
const lookMs = 500;
/** After the last key, so that what was given up is seen closed. */
const lingerMs = 300;

/** Plays a trace on a stage, each key at its time, and makes the figures of it. The stage stays open. */
export async function play(
  stage: Stage,
  trace: KeyTrace,
  { waits, ...options }: PlayOptions,
): Promise<Figures> {
  const syntax = new Syntax(packagedGrammars);
  await syntax.loaded(trace.languageId);
  const editor = new EditorStandIn(stage, trace, waits, (id) => syntax.view(id));
  const startedAt = stage.clock.now() + lookMs;
  const lateMs: number[] = [];
  let cpuFrom: CpuTimes | undefined;
  for (const [index, event] of trace.events.entries()) {
    await stage.until(startedAt + event.t);
    lateMs.push(stage.clock.now() - startedAt - event.t);
    if (index === 0) cpuFrom = await stage.cpu();
    editor.key(event);
  }
  const cpuTo = await stage.cpu();
  await stage.until(stage.clock.now() + lingerMs);
  const { records: states, cancelledAt } = editor;
  const replay: Replay = { file: trace, states, log: await stage.log(), cancelledAt, ...options };
  editor.dispose();
  syntax.dispose();
  return {
    ...sightFigures(replay),
    ...waitFigures(replay),
    ...loadFigures(replay),
    bytesUpPerKey: stage.bytesUp() / states.length,
    ...abortFigures(replay),
    ...cpuFigures(cpuFrom, cpuTo, states.length),
    ...restlessFigures(replay),
    keyLateMs: spread(lateMs), // how busy the machine was with other things
  };
}

/** Host and gateway from the first key to the last; the start and the oracle are left out. */
function cpuFigures(from: CpuTimes | undefined, to: CpuTimes | undefined, keys: number): Figures {
  if (!from || !to) return { cpuMsPerKey: null, hostCpuMsPerKey: null, gatewayCpuMsPerKey: null };
  const [hostMs, gatewayMs] = [to.hostMs - from.hostMs, to.gatewayMs - from.gatewayMs];
  return {
    cpuMsPerKey: (hostMs + gatewayMs) / keys,
    hostCpuMsPerKey: hostMs / keys,
    gatewayCpuMsPerKey: gatewayMs / keys,
  };
}

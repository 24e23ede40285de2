/**
 * What a long session leaves in memory: a real VS Code with the packaged extension, in which files of this repository
 * are typed at human speed, against a scripted model that answers after 50 ms, a token every 5 ms, and is never right,
 * so that each key asks. A file that is typed to its end is emptied, and the next one is typed. Beside it the same is typed in
 * a window of its own whose only extension answers at once with a fixed text: what grows there too is the editor's. Each
 * minute the memory of both extension hosts, which have the editor's own extensions in them as well, and of the
 * gateway with its index is noted.
 *   --minutes N   how long is typed (default 30)
 */
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Page } from "playwright-core";
import { systemClock } from "../../src/base/clock.ts";
import { openModelWindow, quiet } from "../dom/modelWindow.ts";
import { typeLikeAPerson } from "../dom/typist.ts";
import { type EditorWindow, openEditorWindow, scratchFolder } from "../editor/workbench.ts";
import { ScriptedUpstream } from "../helpers/scriptedUpstream.ts";
import { pack } from "../package.ts";
import { extensionHost, extensionProcesses, residentMb } from "./editor/processes.ts";
import type { Figures } from "./report.ts";

const repository = join(import.meta.dirname, "..", "..");
const minuteMs = 60_000;
const empty = ["Control+a", "Delete"];
const model = { firstTextMs: 50, tokenMs: 5, tokens: ["answer(", "with, ", "two);\n"] };
const unclosed = { "editor.autoClosingBrackets": "never" };
const clock = systemClock;

/** Resident memory a minute after the other, in megabytes. */
interface Soaked {
  readonly hostMb: number[];
  readonly gatewayMb: number[];
}

export async function run(options: string[]): Promise<Figures> {
  const { values } = parseArgs({
    args: options,
    options: { minutes: { type: "string", default: "30" } },
  });
  const upstream = await new ScriptedUpstream(model).listen();
  const windows: EditorWindow[] = [];
  try {
    const own = await openModelWindow({
      files: { "typed.ts": "" },
      modelUrl: upstream.url,
      // As it ships, but that the brackets are the typist's own.
      settings: { "slipstream.speculation": true, ...unclosed },
    });
    windows.push(own);
    const control = await openControl();
    windows.push(control);
    const minutes = Number(values.minutes);
    const { gateway, host } = extensionProcesses(own.editor);
    const controlHost = extensionHost(control.editor);
    const [soaked, controlled] = await Promise.all([
      soak(own.page, minutes, { hostMb: host, gatewayMb: gateway }),
      soak(control.page, minutes, { hostMb: controlHost, gatewayMb: undefined }),
    ]);
    return {
      minutes,
      keys: soaked.keys,
      modelRequests: upstream.records.length,
      hostMb: overTime(soaked.hostMb),
      gatewayMb: overTime(soaked.gatewayMb),
      controlKeys: controlled.keys,
      controlHostMb: overTime(controlled.hostMb),
    };
  } finally {
    for (const window of windows) await window.close();
    await upstream.close();
  }
}

async function openControl(): Promise<EditorWindow> {
  const trivial = join(scratchFolder(), "trivial.vsix");
  await pack(join(import.meta.dirname, "editor", "trivial"), trivial);
  const folder = scratchFolder();
  const file = join(folder, "typed.ts");
  writeFileSync(file, "");
  const settings = { ...quiet, ...unclosed };
  return openEditorWindow({ vsix: [trivial], folder, open: [file], settings });
}

/** Types for so many minutes; the processes are looked at in each. */
async function soak(
  page: Page,
  minutes: number,
  processes: Readonly<Record<keyof Soaked, number | undefined>>,
): Promise<Soaked & { readonly keys: number }> {
  const soaked: Soaked = { hostMb: [], gatewayMb: [] };
  const startedAt = clock.now();
  let keys = 0;
  let seen = 0;
  const look = (): void => {
    for (const name of ["hostMb", "gatewayMb"] as const) {
      const process = processes[name];
      if (process !== undefined) soaked[name].push(residentMb(process));
    }
    const now = { hostMb: soaked.hostMb.at(-1), gatewayMb: soaked.gatewayMb.at(-1) };
    console.error(`minute ${seen++}: ${JSON.stringify(now)}`);
  };
  for (const line of linesForEver()) {
    if (clock.now() >= startedAt + seen * minuteMs) look();
    if (clock.now() >= startedAt + minutes * minuteMs) break;
    if (line === undefined) for (const key of empty) await page.keyboard.press(key);
    else await typeLikeAPerson(page, line, Math.random);
    keys += line?.length ?? empty.length;
  }
  return { ...soaked, keys };
}

/** The lines of all files, one file after the other; undefined behind each, where the document is emptied. */
function* linesForEver(): Generator<string | undefined, never> {
  const files = globSync("src/completion/*.ts", { cwd: repository }).sort();
  for (let index = 0; ; index++) {
    const file = files[index % files.length] ?? "";
    const lines = readFileSync(join(repository, file), "utf8").split("\n");
    for (const line of lines) yield `${line.trim()}\n`; // the editor indents by itself
    yield undefined;
  }
}

/** Each minute's, and the mean of the second third and of the last: a leak makes these differ. */
function overTime(perMinute: readonly number[]): Figures {
  const third = Math.floor(perMinute.length / 3);
  const mean = (part: readonly number[]) => part.reduce((sum, each) => sum + each, 0) / part.length;
  return {
    perMinute: perMinute.map((each) => Math.round(each)),
    secondThird: mean(perMinute.slice(third, 2 * third)),
    lastThird: mean(perMinute.slice(2 * third)),
  };
}

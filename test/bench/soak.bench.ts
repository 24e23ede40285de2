/**
 * What a long session leaves in memory: a real VS Code with the packaged extension, in which files of this repository
 * are typed at human speed, against a scripted model that answers after 50 ms, a token every 5 ms, and is never right,
 * so that each key asks. A file that is typed to its end is emptied, and the next one is typed. Each minute the memory of the extension host, which has the
 * editor's own extensions in it as well, and of the gateway with its index is noted.
 *   --minutes N   how long is typed (default 30)
 */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { systemClock } from "../../src/base/clock.ts";
import { openModelWindow } from "../dom/modelWindow.ts";
import { typeLikeAPerson } from "../dom/typist.ts";
import { ScriptedUpstream } from "../helpers/scriptedUpstream.ts";
import { extensionProcesses, residentMb } from "./editor/processes.ts";
import { type Figures } from "./report.ts";

const repository = join(import.meta.dirname, "..", "..");
const minuteMs = 60_000;
const empty = ["Control+a", "Delete"];
const model = { firstTextMs: 50, tokenMs: 5, tokens: ["answer(", "with, ", "two);\n"] };
const clock = systemClock;

interface Sample {
  readonly minute: number;
  readonly hostMb: number;
  readonly gatewayMb: number;
}

export async function run(options: string[]): Promise<Figures> {
  const { values } = parseArgs({
    args: options,
    options: { minutes: { type: "string", default: "30" } },
  });
  const upstream = await new ScriptedUpstream(model).listen();
  const window = await openModelWindow({
    files: { "typed.ts": "" },
    modelUrl: upstream.url,
    // As it ships, but that the brackets are the typist's own.
    settings: { "slipstream.speculation": true, "editor.autoClosingBrackets": "never" },
  });
  const samples: Sample[] = [];
  let keys = 0;
  try {
    const { page, editor } = window;
    const processes = extensionProcesses(editor);
    const startedAt = clock.now();
    const sample = (): void => {
      const minute = (clock.now() - startedAt) / minuteMs;
      const hostMb = residentMb(processes.host);
      samples.push({ minute, hostMb, gatewayMb: residentMb(processes.gateway) });
      console.error(`minute ${minute.toFixed(1)}: ${JSON.stringify(samples.at(-1))}`);
    };
    const endAt = startedAt + Number(values.minutes) * minuteMs;
    for (const line of linesForEver()) {
      if (clock.now() >= startedAt + samples.length * minuteMs) sample();
      if (clock.now() >= endAt) break;
      if (line === undefined) for (const key of empty) await page.keyboard.press(key);
      else await typeLikeAPerson(page, line, Math.random);
      keys += line?.length ?? empty.length;
    }
  } finally {
    await window.close();
    await upstream.close();
  }
  return {
    minutes: Number(values.minutes),
    keys,
    modelRequests: upstream.records.length,
    hostMb: overTime(samples.map(({ hostMb }) => hostMb)),
    gatewayMb: overTime(samples.map(({ gatewayMb }) => gatewayMb)),
  };
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

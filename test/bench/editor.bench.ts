/**
 * From keydown to ghost text in the DOM of a real VS Code, packaged extensions, one in each window:
 * the embedded engine against a provider that answers at once with a fixed text (the editor's own floor),
 * and a scripted model that takes 100 ms behind the gateway, whose own text counts there, not the draft before it. The
 * arms take turns, a few lines each.
 *   --keys N     counted keys of each arm (default 90)
 *   --gap N      milliseconds between keys (default 300)
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { focusEditor, ghostText, openEditorWindow, scratchFolder } from "../editor/workbench.ts";
import type { EditorWindow } from "../editor/workbench.ts";
import { seededRandom } from "../helpers/randomness.ts";
import { ScriptedUpstreamProcess } from "../helpers/scriptedUpstreamProcess.ts";
import { pack, packageVsix } from "../package.ts";
import { branchingFile, divergingLetter, lettersInLine } from "./editor/branchingFile.ts";
import { installKeyTimer, timeKey, type TimedKey } from "./editor/keyTimer.ts";
import type { Figures } from "./report.ts";
import { spread } from "./spread.ts";

const seed = 5;
const linesPerTurn = 4;
/** Keys pressed for each that is wanted: an arm that needs more has fallen silent. */
const mostKeysEach = 5;
/** A turn takes some seconds: a window that has not done with one by then does not answer any more. */
const turnLimitMs = 120_000;
const modelMs = 100;
const modelWord = "model(";
const settings = {
  "editor.quickSuggestions": false,
  "editor.suggestOnTriggerCharacters": false,
  "editor.wordBasedSuggestions": "off",
};

interface Arm {
  readonly name: string;
  readonly window: EditorWindow;
  readonly keys: TimedKey[];
}

export async function run(options: string[]): Promise<Figures> {
  const { values } = parseArgs({
    args: options,
    options: { keys: { type: "string", default: "90" }, gap: { type: "string", default: "300" } },
  });
  const wanted = Number(values.keys);
  const gapMs = Number(values.gap);
  const model = await ScriptedUpstreamProcess.start({
    firstTextMs: modelMs,
    tokenMs: 0,
    tokens: [` ${modelWord}`, "answer", ");\n"],
    isNumbered: true,
  });
  const arms: Arm[] = [];
  try {
    const slipstream = await packageVsix();
    const trivial = join(scratchFolder(), "trivial.vsix");
    await pack(join(import.meta.dirname, "editor", "trivial"), trivial);
    const upstream = {
      "slipstream.upstream.kind": "llama.cpp",
      "slipstream.upstream.url": model.url,
    };
    arms.push(await openArm("trivial", trivial));
    arms.push(await openArm("slipstream", slipstream));
    arms.push(await openArm("model100", slipstream, upstream, modelWord));
    await takeTurns(arms, wanted, gapMs);
    return figuresOf(arms);
  } finally {
    for (const { window } of arms) await window.close();
    await model.close();
  }
}

/** Only ghost text with `sought` in it counts as an answer to a key. */
async function openArm(
  name: string,
  vsix: string,
  machineSettings: Readonly<Record<string, unknown>> = {},
  sought = "",
): Promise<Arm> {
  const folder = scratchFolder();
  const file = join(folder, "words.txt");
  writeFileSync(file, branchingFile());
  const window = await openEditorWindow({
    vsix: [vsix],
    folder,
    open: [file],
    settings,
    machineSettings,
  });
  const { page } = window;
  await page.keyboard.press("Control+End");
  // A key pressed before the extension is active brings nothing: type until one brings what counts.
  let shown = "";
  for (let tries = 0; shown === "" || !shown.includes(sought); tries++) {
    if (tries === 60) throw new Error(`no ghost text that counts in ${name}, last "${shown}"`);
    await page.keyboard.press(tries % 2 === 0 ? "b" : "Backspace");
    await page.waitForTimeout(500);
    shown = await ghostText(page);
  }
  await installKeyTimer(page, sought);
  return { name, window, keys: [] };
}

/** A few lines in each window in turn, so that the machine's moods reach all of them alike. */
async function takeTurns(arms: readonly Arm[], wanted: number, gapMs: number): Promise<void> {
  const random = seededRandom(seed);
  for (;;) {
    const poor = arms.find(({ keys }) => keys.filter(isCounted).length < wanted);
    if (!poor) return;
    const { name, keys } = poor;
    if (keys.length > mostKeysEach * wanted)
      throw new Error(
        `${name}: only ${keys.filter(isCounted).length} of ${keys.length} keys brought text`,
      );
    for (const arm of arms) {
      const overdue = sleep(turnLimitMs, "overdue", { ref: false });
      if ((await Promise.race([turn(arm, random, gapMs), overdue])) === "overdue")
        throw new Error(`${arm.name} does not answer, after ${arm.keys.length} of its keys`);
    }
  }
}

async function turn({ window, keys }: Arm, random: () => number, gapMs: number): Promise<void> {
  const { page } = window;
  await page.bringToFront();
  await focusEditor(page);
  await page.keyboard.press("Control+End");
  for (let line = 0; line < linesPerTurn; line++) {
    await page.keyboard.press("Enter");
    await page.waitForTimeout(gapMs);
    for (let letter = 0; letter < lettersInLine; letter++) {
      const key = divergingLetter(await ghostText(page), random);
      keys.push(await timeKey(page, key, gapMs));
    }
    // A begun line that stays would be one more that the next ones may go on as, and the engine would be sure of none.
    await page.keyboard.press("Home");
    await page.keyboard.press("#");
    await page.keyboard.press("End");
  }
}

/** Only ghost text that this key brought counts: none of it was on the screen before. */
const isCounted = (key: TimedKey): boolean => key.domMs !== undefined;

function figuresOf(arms: readonly Arm[]): Figures {
  const figures: Record<string, Figures> = {};
  for (const { name, keys } of arms) {
    const counted = keys.filter(isCounted);
    figures[name] = {
      domMs: spread(counted.map(({ domMs }) => domMs ?? NaN)),
      leftOutShare: 1 - counted.length / keys.length,
    };
  }
  return figures;
}

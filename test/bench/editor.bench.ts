/**
 * From keydown to ghost text in the DOM of a real VS Code, packaged extensions, one in each window:
 * the embedded engine against a provider that answers at once with a fixed text (the editor's own floor),
 * and a scripted model that takes 100 ms behind the gateway, whose own text counts there, not the draft before it. The
 * arms take turns, a few lines each.
 *   --keys N     counted keys of each arm (default 90)
 *   --gap N      milliseconds between keys (default 300)
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { focusEditor, ghostText, openEditorWindow, scratchFolder } from "../editor/workbench.ts";
import { type EditorWindow } from "../editor/workbench.ts";
import { seededRandom } from "../helpers/randomness.ts";
import { ScriptedUpstreamProcess } from "../helpers/scriptedUpstreamProcess.ts";
import { pack, packageVsix } from "../package.ts";
import { branchingFile, divergingLetter, lettersInLine } from "./editor/branchingFile.ts";
import { installKeyTimer, timeKey, type TimedKey } from "./editor/keyTimer.ts";
import { type Figures } from "./report.ts";
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
  const arms = new Map<string, Arm>();
  try {
    const slipstream = await packageVsix();
    const trivial = join(scratchFolder(), "trivial.vsix");
    await pack(join(import.meta.dirname, "editor", "trivial"), trivial);
    const upstream = {
      "slipstream.upstream.kind": "llama.cpp",
      "slipstream.upstream.url": model.url,
    };
    arms.set("trivial", await openArm(trivial, {}, ""));
    arms.set("slipstream", await openArm(slipstream, {}, ""));
    arms.set("model100", await openArm(slipstream, upstream, modelWord));
    await takeTurns([...arms.values()], wanted, gapMs);
    return figuresOf(arms);
  } finally {
    for (const { window } of arms.values()) await window.close();
    await model.close();
  }
}

/** Only ghost text with this in it counts as an answer to a key. */
async function openArm(vsix: string, more: Record<string, unknown>, sought: string): Promise<Arm> {
  const folder = scratchFolder();
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "words.txt");
  writeFileSync(file, branchingFile());
  const window = await openEditorWindow({
    vsix: [vsix],
    folder,
    open: [file],
    settings: { ...settings, ...more },
  });
  await window.page.keyboard.press("Control+End");
  // A key pressed before the extension is active brings nothing: type until one does.
  for (let tries = 0; (await ghostText(window.page)) === ""; tries++) {
    if (tries === 60) throw new Error(`no ghost text from ${vsix}`);
    await window.page.keyboard.press(tries % 2 === 0 ? "b" : "Backspace");
    await window.page.waitForTimeout(500);
  }
  await installKeyTimer(window.page, sought);
  return { window, keys: [] };
}

/** A few lines in each window in turn, so that the machine's moods reach all of them alike. */
async function takeTurns(arms: readonly Arm[], wanted: number, gapMs: number): Promise<void> {
  const random = seededRandom(seed);
  while (arms.some(({ keys }) => keys.filter(isCounted).length < wanted)) {
    const poor = arms.find(({ keys }) => keys.length > mostKeysEach * wanted);
    if (poor)
      throw new Error(
        `only ${poor.keys.filter(isCounted).length} keys of ${poor.keys.length} brought text`,
      );
    for (const arm of arms) {
      const overdue = sleep(turnLimitMs, "overdue", { ref: false });
      if ((await Promise.race([turn(arm, random, gapMs), overdue])) === "overdue")
        throw new Error(`a window does not answer, after ${arm.keys.length} of its keys`);
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

function figuresOf(arms: ReadonlyMap<string, Arm>): Figures {
  const figures: Record<string, Figures> = {};
  for (const [name, { keys }] of arms) {
    const counted = keys.filter(isCounted);
    figures[name] = {
      domMs: spread(counted.map(({ domMs }) => domMs ?? NaN)),
      leftOutShare: 1 - counted.length / keys.length,
    };
  }
  return figures;
}

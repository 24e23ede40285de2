/**
 * How soon a project that nobody has learned yet is of use, and whether learning it keeps queries waiting. Each window is
 * a real VS Code with the packaged extension and a new child; in its open document a line of another file is typed from
 * when the document has the keyboard on, until the ghost text goes on as that file does for 8 characters. The lines
 * are of what is learned first, of the middle and of what is learned last, in turn. Windows in which that text does not come within
 * a minute are counted as `unseenWindows`; they are in no percentile.
 * `childQueries` are keys over the link to the same child without the editor.
 *   --windows N    windows opened one after the other (default 6)
 *   --children N   children asked without a window (default 3)
 */
/// <reference lib="dom" />
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { parseArgs } from "node:util";
import { errors, type Page } from "playwright-core";
import { systemClock } from "../../src/base/clock.ts";
import type { Editor } from "../editor/server.ts";
import { ghostText, openEditorWindow } from "../editor/workbench.ts";
import { packageVsix } from "../package.ts";
import { copyProject } from "./coldIndex/copiedProject.ts";
import { type ChildQueries, queryChild } from "./coldIndex/childQueries.ts";
import { type SoughtLine, soughtLines } from "./coldIndex/soughtLines.ts";
import type { Figures } from "./report.ts";
import { spread } from "./spread.ts";

const places = { first: 0, middle: 0.5, last: 1 };
type Place = keyof typeof places;
const placeNames = Object.keys(places) as Place[];
const begin = "// What is typed stands below.\n";
const keyMs = 200;
/** Behind the last key the person looks at what comes, however busy the machine is. */
const restMs = 1_000;
const limitMs = 60_000;
const idleKeys = 500;
const clock = systemClock;
const settings = {
  "editor.quickSuggestions": false,
  "editor.suggestOnTriggerCharacters": false,
  "editor.wordBasedSuggestions": "off",
  "files.autoSave": "off", // the next window finds the document as this one did
};

export async function run(options: string[]): Promise<Figures> {
  const { values } = parseArgs({
    args: options,
    options: {
      windows: { type: "string", default: "6" },
      children: { type: "string", default: "3" },
    },
  });
  const loadBefore = loadavg();
  const vsix = await packageVsix();
  const project = copyProject();
  const document = { path: "project/main.ts", text: begin };
  const lines = await soughtLines(project.folder, document, Object.values(places));
  writeFileSync(join(project.folder, "main.ts"), begin);
  const children: ChildQueries[] = [];
  for (let count = 0; count < Number(values.children); count++)
    children.push(await queryChild(project.folder, project.files, idleKeys));
  const opened: Opened[] = [];
  for (let count = 0; count < Number(values.windows); count++) {
    const index = count % placeNames.length;
    const [place, line] = [placeNames[index], lines[index]];
    if (place && line) opened.push({ place, ...(await openWindow(vsix, project.folder, line)) });
  }
  const firstUsefulOf = (place: Place): Figures =>
    spread(opened.flatMap((each) => (each.place === place ? (each.firstUsefulMs ?? []) : [])));
  return {
    loadBefore,
    projectMb: project.megabytes,
    projectFiles: project.files.length,
    unseenWindows: opened.filter((each) => each.firstUsefulMs === undefined).length,
    firstUsefulMs: spread(opened.flatMap((each) => each.firstUsefulMs ?? [])),
    firstUsefulOfMs: {
      first: firstUsefulOf("first"),
      middle: firstUsefulOf("middle"),
      last: firstUsefulOf("last"),
    },
    gatewayStartedMs: spread(opened.map((each) => each.gatewayStartedMs)),
    learnedMs: spread(opened.map((each) => each.learnedMs)),
    childQueries: {
      learning: figuresOf(children.map(({ learning }) => learning)),
      relearning: figuresOf(children.map(({ relearning }) => relearning)),
      idle: figuresOf(children.map(({ idle }) => idle)),
    },
  };
}

function figuresOf(rounds: readonly ChildQueries["idle"][]): Figures {
  return {
    childMs: spread(rounds.flatMap(({ childMs }) => childMs)),
    askMs: spread(rounds.flatMap(({ askMs }) => askMs)),
  };
}

/** What became of one window, in milliseconds from when its document had the keyboard. */
interface Waited {
  readonly firstUsefulMs: number | undefined;
  /** By the extension's log. */
  readonly gatewayStartedMs: number;
  readonly learnedMs: number;
}
interface Opened extends Waited {
  readonly place: Place;
}

async function openWindow(vsix: string, folder: string, line: SoughtLine): Promise<Waited> {
  const open = [join(folder, "main.ts")];
  const { page, editor, close } = await openEditorWindow({ vsix: [vsix], folder, open, settings });
  try {
    const readyAt = clock.now();
    await page.keyboard.press("Control+End");
    const isSeen = await typeUntilUseful(page, line, readyAt + limitMs);
    const firstUsefulMs = isSeen ? clock.now() - readyAt : undefined;
    const gatewayStartedMs = (await loggedAt(editor, "gateway started")) - readyAt;
    const learnedMs = (await loggedAt(editor, "gateway: learned")) - readyAt;
    return { firstUsefulMs, gatewayStartedMs, learnedMs };
  } finally {
    await close();
  }
}

/** When the extension's log says this, on `clock`; waits for it. */
async function loggedAt({ userDataDir }: Editor, words: string): Promise<number> {
  const limitAt = clock.now() + limitMs;
  while (clock.now() < limitAt) {
    const log = globSync("logs/**/Slipstream.log", { cwd: userDataDir })[0];
    const lines = log === undefined ? [] : readFileSync(join(userDataDir, log), "utf8").split("\n");
    const line = lines.find((each) => each.includes(words));
    if (line !== undefined)
      return Date.parse(line.slice(0, line.indexOf(" ["))) - performance.timeOrigin;
    await setTimeout(100);
  }
  throw new Error(`the log does not say ${JSON.stringify(words)}`);
}

/** Types the line's begin; then its last character again and again. Whether the text came in time. */
async function typeUntilUseful(page: Page, line: SoughtLine, limitAt: number): Promise<boolean> {
  const whole = line.typed + line.next;
  for (let typed = 0; clock.now() < limitAt;) {
    const isBegun = typed === line.typed.length;
    await page.keyboard.press(isBegun ? "Backspace" : (line.typed[typed] ?? ""));
    typed += isBegun ? -1 : 1;
    const next = whole.slice(typed, typed + line.next.length);
    const waitMs = typed === line.typed.length ? restMs : keyMs;
    if (await isShown(page, next, waitMs)) return true;
  }
  console.error(`no such ghost text for ${JSON.stringify(line.typed)}: ${await ghostText(page)}`);
  return false;
}

/** Whether the page shows ghost text that begins so before the next key is due; looked at once a frame. */
async function isShown(page: Page, begin: string, waitMs: number): Promise<boolean> {
  const keyAt = clock.now();
  try {
    await page.waitForFunction(
      (wanted) => {
        const parts = [...document.querySelectorAll(".view-lines .ghost-text-decoration")];
        const text = parts.map(({ textContent }) => textContent).join("");
        return text.replaceAll("\u00a0", " ").startsWith(wanted);
      },
      begin,
      { timeout: waitMs },
    );
    return true;
  } catch (error) {
    if (!(error instanceof errors.TimeoutError)) throw error;
    await page.waitForTimeout(Math.max(0, waitMs - (clock.now() - keyAt)));
    return false;
  }
}

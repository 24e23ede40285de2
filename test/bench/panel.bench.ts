/**
 * What the latency panel takes of the processor while it is open: of the extension host, and of the browser's
 * processes, in which the editor draws it. In one window of a real VS Code the panel is closed and opened in turn;
 * each time the editor is left alone for a while, and then typed in. Shares are of one core. Paused, the panel does
 * nothing: what that takes more than closed is what the editor takes for a second page beside the text.
 *   --rounds N     how often it is closed and opened (default 4)
 *   --seconds N    how long each part lasts (default 20)
 */
import { parseArgs } from "node:util";
import type { Page } from "playwright-core";
import { systemClock } from "../../src/base/clock.ts";
import { type ModelWindow, openModelWindow } from "../dom/modelWindow.ts";
import { runCommand } from "../dom/chatWindow.ts";
import { backToFile } from "../dom/typist.ts";
import { ScriptedUpstream } from "../helpers/scriptedUpstream.ts";
import { browserMs, extensionProcesses } from "./editor/processes.ts";
import { cpuMsOf } from "./processCpu.ts";
import type { Figures } from "./report.ts";
import { spread } from "./spread.ts";

const keyMs = 200;
const drawnMs = 3_000;
const clock = systemClock;

/** Shares of one core, in percent. */
interface Taken {
  readonly hostPercent: number;
  readonly browserPercent: number;
}
const states = ["closed", "open", "paused"] as const;
const parts = states.flatMap((state) => [`${state}Idle`, `${state}Typing`] as const);

export async function run(options: string[]): Promise<Figures> {
  const { values } = parseArgs({
    args: options,
    options: {
      rounds: { type: "string", default: "4" },
      seconds: { type: "string", default: "20" },
    },
  });
  const upstream = await new ScriptedUpstream({ firstTextMs: 30, tokens: ["word;\n"] }).listen();
  const window = await openModelWindow({ files: { "typed.txt": "" }, modelUrl: upstream.url });
  const taken = new Map(parts.map((part) => [part, [] as Taken[]]));
  const partMs = Number(values.seconds) * 1_000;
  try {
    const { page } = window;
    for (let round = 0; round < Number(values.rounds); round++) {
      for (const state of states) {
        if (state === "open") await runCommand(page, "Show Latency");
        if (state === "paused") await pausePanel(page);
        await page.waitForTimeout(drawnMs);
        await backToFile(page);
        await page.keyboard.press("Control+a"); // all parts type into an empty file: a long one costs more to draw
        await page.keyboard.press("Delete");
        taken.get(`${state}Idle`)?.push(await takenDuring(window, partMs, () => idle(page)));
        taken.get(`${state}Typing`)?.push(await takenDuring(window, partMs, typeKeys(page)));
      }
      await closePanel(page);
    }
  } finally {
    await window.close();
    await upstream.close();
  }
  const figures = [...taken].map(([part, each]) => [part, figuresOf(each)] as const);
  const own = (["Idle", "Typing"] as const).map((part) => {
    const paused = taken.get(`paused${part}`) ?? [];
    const more = (taken.get(`open${part}`) ?? []).map((open, round): Taken => ({
      hostPercent: open.hostPercent - (paused[round]?.hostPercent ?? Number.NaN),
      browserPercent: open.browserPercent - (paused[round]?.browserPercent ?? Number.NaN),
    }));
    return [`openOverPaused${part}`, figuresOf(more)] as const;
  });
  return Object.fromEntries([...figures, ...own]);
}

const figuresOf = (each: readonly Taken[]): Figures => ({
  hostPercent: spread(each.map(({ hostPercent }) => hostPercent)),
  browserPercent: spread(each.map(({ browserPercent }) => browserPercent)),
});

async function takenDuring(
  { page, editor }: ModelWindow,
  partMs: number,
  act: () => Promise<void>,
): Promise<Taken> {
  const { host } = extensionProcesses(editor);
  const browser = await page.context().browser()?.newBrowserCDPSession();
  if (!browser) throw new Error("the page has no browser");
  const now = async () => ({
    at: clock.now(),
    hostMs: (await cpuMsOf(host)) ?? Number.NaN,
    browserMs: await browserMs(browser),
  });
  const before = await now();
  while (clock.now() < before.at + partMs) await act();
  const after = await now();
  const percentOf = (part: "hostMs" | "browserMs") =>
    ((after[part] - before[part]) / (after.at - before.at)) * 100;
  const taken = { hostPercent: percentOf("hostMs"), browserPercent: percentOf("browserMs") };
  await browser.detach();
  return taken;
}

const idle = (page: Page): Promise<void> => page.waitForTimeout(keyMs);

/** Types keys that are answered, in lines of ten. */
function typeKeys(page: Page): () => Promise<void> {
  let keys = 0;
  return async () => {
    keys += 1;
    await page.keyboard.press(keys % 10 === 0 ? "Enter" : "q");
    await page.waitForTimeout(keyMs);
  };
}

async function pausePanel(page: Page): Promise<void> {
  const panel = page.frameLocator("iframe.webview").frameLocator("iframe#active-frame");
  await panel.getByRole("button", { name: "Pause" }).click();
  await panel.getByRole("button", { name: "Resume" }).waitFor();
}

async function closePanel(page: Page): Promise<void> {
  const tab = page.locator(".tab", { hasText: "Slipstream" });
  await tab.click({ button: "middle" });
  await tab.waitFor({ state: "detached" });
}

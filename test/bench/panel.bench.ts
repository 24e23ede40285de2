/**
 * What the latency panel takes of the processor while it is open: of the extension host, and of the browser's
 * processes, in which the editor draws it. In one window of a real VS Code the panel is closed and opened in turn;
 * each time the editor is left alone for a while, and then typed in. Shares are of one core.
 *   --rounds N     how often it is closed and opened (default 4)
 *   --seconds N    how long each part lasts (default 20)
 */
import { parseArgs } from "node:util";
import { type Page } from "playwright-core";
import { systemClock } from "../../src/base/clock.ts";
import { type ModelWindow, openModelWindow } from "../dom/modelWindow.ts";
import { runCommand } from "../dom/chatWindow.ts";
import { backToFile } from "../dom/typist.ts";
import { ScriptedUpstream } from "../helpers/scriptedUpstream.ts";
import { browserMs, extensionProcesses } from "./editor/processes.ts";
import { cpuMsOf } from "./processCpu.ts";
import { type Figures } from "./report.ts";
import { spread } from "./spread.ts";

const keyMs = 200;
const drawnMs = 3_000;
const clock = systemClock;

/** Shares of one core, in percent. */
interface Taken {
  readonly hostPercent: number;
  readonly browserPercent: number;
}
const parts = ["closedIdle", "closedTyping", "openIdle", "openTyping"] as const;

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
      for (const state of ["closed", "open"] as const) {
        if (state === "open") await runCommand(page, "Show Latency");
        await page.waitForTimeout(drawnMs);
        await backToFile(page);
        taken.get(`${state}Idle`)?.push(await takenDuring(window, partMs, () => idle(page)));
        taken.get(`${state}Typing`)?.push(await takenDuring(window, partMs, () => typeKey(page)));
        if (state === "open") await closePanel(page);
      }
    }
  } finally {
    await window.close();
    await upstream.close();
  }
  return Object.fromEntries(
    [...taken].map(([part, each]) => [
      part,
      {
        hostPercent: spread(each.map(({ hostPercent }) => hostPercent)),
        browserPercent: spread(each.map(({ browserPercent }) => browserPercent)),
      },
    ]),
  );
}

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

/** A key that is answered, and in the end a line's end. */
async function typeKey(page: Page): Promise<void> {
  await page.keyboard.press(Math.random() < 0.1 ? "Enter" : "q");
  await page.waitForTimeout(keyMs);
}

async function closePanel(page: Page): Promise<void> {
  const tab = page.locator(".tab", { hasText: "Slipstream" });
  await tab.click({ button: "middle" });
  await tab.waitFor({ state: "detached" });
}

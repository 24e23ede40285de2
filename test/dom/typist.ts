/// <reference lib="dom" />
/** What a person at the keyboard does and sees, for the suites that look at the editor's DOM. */
import { type Page } from "playwright-core";
import { ghostText, statusItem } from "../editor/workbench.ts";

const statusItemId = "slipstream.slipstream.status";
const patienceMs = 15_000;

/** Types at human speed: a key every 60 to 200 ms. */
export async function typeLikeAPerson(
  page: Page,
  text: string,
  random: () => number,
): Promise<void> {
  for (const character of text) {
    await page.keyboard.press(character === "\n" ? "Enter" : character);
    await page.waitForTimeout(60 + 140 * random());
  }
}

/** Waits until ghost text fulfils the condition, and returns it. */
export async function waitForGhostText(
  page: Page,
  isExpected: (ghost: string) => boolean,
): Promise<string> {
  const deadlineAt = performance.now() + patienceMs;
  for (;;) {
    const ghost = await ghostText(page);
    if (isExpected(ghost)) return ghost;
    if (performance.now() > deadlineAt) throw new Error(`the ghost text stays "${ghost}"`);
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(drawn)));
  }
}

/** Slipstream's status bar item. */
export const slipstreamStatus = (page: Page) => statusItem(page, statusItemId);

/** Waits until the status bar item's words and icons fulfil the condition; returns them. */
export async function waitForStatus(
  page: Page,
  isExpected: (status: string) => boolean,
): Promise<string> {
  const item = slipstreamStatus(page);
  const deadlineAt = performance.now() + patienceMs;
  for (;;) {
    const status = await statusWords(page);
    if (isExpected(status)) return status;
    if (performance.now() > deadlineAt) throw new Error(`the status stays "${status}"`);
    await item.evaluate(() => new Promise((drawn) => requestAnimationFrame(drawn)));
  }
}

/** The item's text behind the names of its icons, such as `zap 12 ms`. */
async function statusWords(page: Page): Promise<string> {
  const item = slipstreamStatus(page);
  await item.waitFor({ timeout: 60_000 });
  return item.evaluate((element) => {
    const icons = [...element.querySelectorAll(".codicon")].flatMap((icon) =>
      [...icon.classList]
        .filter((name) => name.startsWith("codicon-"))
        .map((name) => name.slice(8)),
    );
    return `${icons.join(" ")} ${element.textContent.trim()}`;
  });
}

/// <reference lib="dom" />
/** What a person at the keyboard does and sees, for the suites that look at the editor's DOM. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import type { Page } from "playwright-core";
import { focusEditor, ghostText, statusItem } from "../editor/workbench.ts";

const statusItemId = "slipstream.slipstream.status";
/** A window that opens on a busy machine takes its time; nothing here is judged by how long it takes. */
const patienceMs = 60_000;
const savedMs = 10_000;

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
    if (performance.now() > deadlineAt)
      throw new Error(`the ghost text stays "${ghost}" in ${await whereTheCursorIs(page)}`);
    await nextFrame(page);
  }
}

/** The file in front, the line with the cursor, and the status bar item, to be told when something fails. */
async function whereTheCursorIs(page: Page): Promise<string> {
  const cursorLine = await page.evaluate(() => {
    const editor = document.querySelector(
      ".editor-group-container.active .editor-instance .monaco-editor",
    );
    const cursor = editor?.querySelector<HTMLElement>(".cursors-layer .cursor");
    const lines = [...(editor?.querySelectorAll<HTMLElement>(".view-lines .view-line") ?? [])];
    const line = lines.find(({ style }) => style.top === cursor?.style.top);
    return `${editor?.getAttribute("data-uri") ?? "no file"}, "${line?.textContent ?? ""}"`;
  });
  return `${cursorLine}, the status ${await statusWords(page)}`;
}

/** Opens a file of the folder in a tab, with the cursor at its end. */
export async function openFile(page: Page, path: string): Promise<void> {
  const name = basename(path);
  await page.locator(".explorer-folders-view .monaco-list-row", { hasText: name }).click();
  await focusOpened(page, name);
  await page.keyboard.press("Control+End");
}

/**
 * Waits until a file that is being opened is in front, and puts the cursor into it. The tab is there before its text,
 * and the cursor's old place with that: keys pressed in between go elsewhere.
 */
export async function focusOpened(page: Page, name: string): Promise<void> {
  await page.locator(".tab.active", { hasText: name }).waitFor();
  const shown = `.editor-group-container.active .editor-instance .monaco-editor[data-uri$="/${name}"]`;
  const inComparison = ".monaco-diff-editor *";
  await page.locator(`${shown}:not(${inComparison})`).first().waitFor();
  await focusEditor(page);
}

/** From what stands beside the file back to the file, with the cursor at its end. */
export async function backToFile(page: Page): Promise<void> {
  const file = page.locator(".editor-group-container").first();
  await file.locator(".monaco-editor .view-lines").click();
  await page.keyboard.press("Control+End");
}

/** Saves the file in front and checks that it is exactly this then. */
export async function saveAs(page: Page, path: string, expected: string): Promise<void> {
  await page.keyboard.press("Control+s");
  const deadlineAt = performance.now() + savedMs;
  while (readFileSync(path, "utf8") !== expected && performance.now() < deadlineAt)
    await nextFrame(page);
  assert.equal(readFileSync(path, "utf8"), expected);
}

/** Waits until the page has drawn so many frames more. */
export async function drawn(page: Page, frames: number): Promise<void> {
  for (let frame = 0; frame < frames; frame++) await nextFrame(page);
}

/** Waits until the page has drawn another frame. */
const nextFrame = (page: Page): Promise<unknown> =>
  page.evaluate(() => new Promise((drawn) => requestAnimationFrame(drawn)));

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

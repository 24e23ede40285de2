/// <reference lib="dom" />
import type { Page } from "playwright-core";

/** One key as the page saw it: how long until other ghost text was in the DOM, and what it was. */
export interface TimedKey {
  /** From the key event's own time stamp to the mutation; undefined when none came in time. */
  readonly domMs: number | undefined;
  readonly ghostBefore: string;
  readonly ghostAfter: string;
}

declare global {
  var slipstreamKey:
    { startedAt: number; before: string; after: string; seenAt: number | undefined } | undefined;
}

/**
 * Watches keys and ghost text inside the page, where no message to this process adds to the time. Only ghost text that
 * contains `sought` counts.
 */
export async function installKeyTimer(page: Page, sought: string): Promise<void> {
  await page.evaluate((wanted) => {
    const ghost = () =>
      [...document.querySelectorAll(".view-lines .ghost-text-decoration")]
        .map((element) => element.textContent)
        .join("")
        .replaceAll("\u00a0", " ");
    addEventListener(
      "keydown",
      (event) => {
        const before = ghost();
        globalThis.slipstreamKey = {
          startedAt: event.timeStamp,
          before,
          after: "",
          seenAt: undefined,
        };
      },
      true,
    );
    const look = () => {
      const key = globalThis.slipstreamKey;
      if (!key || key.seenAt !== undefined) return;
      const now = ghost();
      // The rest of what was shown is not an answer to this key, and neither is its removal.
      if (now === "" || key.before.endsWith(now) || !now.includes(wanted)) return;
      key.after = now;
      key.seenAt = performance.now();
    };
    const editor = document.querySelector(".part.editor");
    if (editor) {
      new MutationObserver(look).observe(editor, {
        subtree: true,
        childList: true,
        characterData: true,
        attributes: true,
      });
    }
  }, sought);
}

/** Presses a key, gives the editor `gapMs`, and returns what came of it. */
export async function timeKey(page: Page, key: string, gapMs: number): Promise<TimedKey> {
  await page.keyboard.press(key);
  await page.waitForTimeout(gapMs);
  return page.evaluate(() => {
    const seen = globalThis.slipstreamKey;
    return {
      domMs: seen?.seenAt === undefined ? undefined : seen.seenAt - seen.startedAt,
      ghostBefore: seen?.before ?? "",
      ghostAfter: seen?.after ?? "",
    };
  });
}

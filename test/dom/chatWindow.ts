/// <reference lib="dom" />
/** A window whose gateway asks a scripted model that chats, and the chat's view in it. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { FrameLocator, Locator, Page } from "playwright-core";
import { type EditorWindow, openEditorWindow, scratchFolder } from "../editor/workbench.ts";
import { testedVsix } from "../package.ts";
import { quiet } from "./modelWindow.ts";
import { focusOpened, waitForStatus } from "./typist.ts";

const patienceMs = 15_000;

/** The window, its folder and the frame of the view. */
export interface ChatWindow extends EditorWindow {
  readonly folder: string;
  readonly view: ChatPage;
}

/** The chat's view as a person sees it. */
export class ChatPage {
  readonly #frame: FrameLocator;

  constructor(page: Page) {
    this.#frame = page.frameLocator("iframe.webview").frameLocator("iframe#active-frame");
  }

  get body(): Locator {
    return this.#frame.locator("body");
  }

  get question(): Locator {
    return this.#frame.locator("textarea");
  }

  get answers(): Locator {
    return this.#frame.locator(".answer");
  }

  get codes(): Locator {
    return this.#frame.locator(".code");
  }

  /** A button by what it says. */
  button(name: string): Locator {
    return this.#frame.getByRole("button", { name, exact: true });
  }

  locator(selector: string, options?: { hasText: string }): Locator {
    return this.#frame.locator(selector, options);
  }

  /** Waits until the cursor is where a question is written. */
  async focused(): Promise<void> {
    await this.#frame.locator("textarea:focus").waitFor();
  }

  /** Writes a question and sends it. */
  async ask(question: string): Promise<void> {
    await this.question.click();
    await this.question.fill(question);
    await this.question.press("Enter");
  }

  /** Waits until the last answer is complete and has this in it. */
  async whole(text: string): Promise<void> {
    // An answer that is asked for again takes the place of one that says the same.
    const deadlineAt = performance.now() + patienceMs;
    for (;;) {
      await this.#frame.locator(".answer:not(.coming)", { hasText: text }).last().waitFor();
      await this.#frame.locator(".answer.coming").waitFor({ state: "detached" });
      if ((await this.answers.last().innerText()).includes(text)) return;
      assert.ok(performance.now() < deadlineAt, `the last answer has no ${text}`);
    }
  }
}

/** What is not as in most windows. */
interface ChatWindowOptions {
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly machineSettings?: Readonly<Record<string, unknown>>;
  /** Where the files are written; a new folder else. */
  readonly folder?: string;
}

/** Opens a window with these files, the last one shown; without an address there is no model. */
export async function openChatWindow(
  files: Readonly<Record<string, string>>,
  modelUrl: string | undefined,
  options: ChatWindowOptions = {},
): Promise<ChatWindow> {
  const { settings = {}, machineSettings = {}, folder = scratchFolder() } = options;
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const window = await openEditorWindow({
    vsix: [await testedVsix()],
    folder,
    open: Object.keys(files).map((name) => join(folder, name)),
    settings: {
      ...quiet,
      "slipstream.engine.suggestions": "quiet",
      "search.useIgnoreFiles": false,
      ...settings,
    },
    machineSettings: {
      "slipstream.upstream.kind": modelUrl === undefined ? "none" : "openai-compatible",
      "slipstream.upstream.url": modelUrl ?? "",
      ...machineSettings,
    },
  });
  if (!("slipstream.gateway.url" in machineSettings))
    await waitForStatus(window.page, (status) => status.includes("zap"));
  window.page.setDefaultTimeout(patienceMs);
  return { ...window, folder, view: new ChatPage(window.page) };
}

/** Runs a command from the palette, as a person does. */
export async function runCommand(
  page: Page,
  title: string,
  category = "Slipstream",
): Promise<void> {
  const name = `${category}: ${title}`;
  // Another command may be before it.
  await pick(page, "F1", `>${name}`, name);
}

/** Opens a file of the folder by its name, with the cursor in it. */
export async function openByName(page: Page, name: string): Promise<void> {
  await pick(page, "Control+p", name, name);
  await focusOpened(page, name);
}

/**
 * Opens the quick input with a key, writes in it and clicks the first row that begins with the label. What takes the keyboard
 * meanwhile closes the quick input: then it is opened again. Nothing is typed, for that would go elsewhere then.
 */
async function pick(page: Page, key: string, text: string, label: string): Promise<void> {
  const row = page.locator(`.quick-input-list .monaco-list-row[aria-label^="${label}"]`).first();
  for (let tries = 1; ; tries++) {
    await page.keyboard.press(key);
    try {
      const input = page.locator(".quick-input-widget .quick-input-box input");
      await input.waitFor({ timeout: 5_000 });
      await write(input, text);
      await row.click({ timeout: 5_000 });
      return;
    } catch (error) {
      if (tries === 3) throw error;
    }
  }
}

/** Puts the text into the field as typing would, wherever the keyboard is. */
export async function write(input: Locator, text: string): Promise<void> {
  await input.evaluate((field: HTMLInputElement, written) => {
    field.value = written;
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }, text);
}

/** Chooses in Slipstream's part of the editor's context menu, by the keyboard. */
export async function chooseInContextMenu(page: Page, title: string): Promise<void> {
  await page.keyboard.press("Shift+F10");
  const focused = page.locator(".monaco-menu .action-item.focused");
  await page.locator(".monaco-menu").first().waitFor();
  for (const label of ["Slipstream", title]) {
    const isLast = label === title; // the first one's own menu is within it
    const wanted = focused.filter({ hasText: label, hasNot: page.locator(isLast ? "ul" : "none") });
    while ((await wanted.count()) === 0) {
      await page.keyboard.press("ArrowDown");
      await page.waitForTimeout(20);
    }
    await page.keyboard.press(isLast ? "Enter" : "ArrowRight");
  }
}

/** Waits until the text in the editor in front is as expected; short texts only, all of them must be drawn. */
export async function editorText(page: Page, isExpected: (text: string) => boolean): Promise<void> {
  const deadlineAt = performance.now() + 20_000;
  for (;;) {
    const text = await page.evaluate(() => {
      const lines = [
        ...document.querySelectorAll<HTMLElement>(
          ".editor-group-container.active .editor-instance .view-lines .view-line",
        ),
      ];
      const top = (line: HTMLElement) => parseFloat(line.style.top);
      return lines
        .sort((one, other) => top(one) - top(other))
        .map((line) => line.textContent.replaceAll("\u00a0", " "))
        .join("\n");
    });
    if (isExpected(text)) return;
    if (performance.now() > deadlineAt)
      throw new Error(`the editor's text stays ${JSON.stringify(text)}`);
    await page.waitForTimeout(20);
  }
}

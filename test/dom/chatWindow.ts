/// <reference lib="dom" />
/** A window whose gateway asks a scripted model that chats, and the chat's view in it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FrameLocator, type Locator, type Page } from "playwright-core";
import { beforeExit } from "../editor/beforeExit.ts";
import { type EditorWindow, openEditorWindow, scratchFolder } from "../editor/workbench.ts";
import { testedVsix } from "../package.ts";
import { quiet } from "./modelWindow.ts";
import { waitForStatus } from "./typist.ts";

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

  locator(selector: string): Locator {
    return this.#frame.locator(selector);
  }

  /** Waits until no answer is coming. */
  async whole(): Promise<void> {
    await this.button("Ask Again").last().waitFor();
    await this.#frame.locator(".answer.coming").waitFor({ state: "detached" });
  }
}

/** Opens a window with these files, the last one shown; without an address there is no model. */
export async function openChatWindow(
  files: Readonly<Record<string, string>>,
  modelUrl: string | undefined,
  settings: Readonly<Record<string, unknown>> = {},
): Promise<ChatWindow> {
  const folder = scratchFolder();
  const userDataDir = mkdtempSync(join(tmpdir(), "slip-"));
  beforeExit(() => {
    rmSync(userDataDir, { recursive: true, force: true });
  });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  mkdirSync(join(userDataDir, "Machine"), { recursive: true });
  const machine = {
    "slipstream.upstream.kind": modelUrl === undefined ? "none" : "openai-compatible",
    "slipstream.upstream.url": modelUrl ?? "",
  };
  writeFileSync(join(userDataDir, "Machine", "settings.json"), JSON.stringify(machine));
  const window = await openEditorWindow({
    vsix: [await testedVsix()],
    folder,
    open: Object.keys(files).map((name) => join(folder, name)),
    userDataDir,
    settings: { ...quiet, "slipstream.engine.suggestions": "quiet", ...settings },
  });
  await waitForStatus(window.page, (status) => status.includes("zap"));
  return { ...window, folder, view: new ChatPage(window.page) };
}

/** Runs a command of Slipstream's from the palette, as a person does. */
export async function runCommand(page: Page, title: string): Promise<void> {
  await page.keyboard.press("F1");
  const input = page.locator(".quick-input-widget .quick-input-box input");
  await input.waitFor();
  await input.fill(`>Slipstream: ${title}`);
  const name = `Slipstream: ${title}`;
  await page.locator(".quick-input-list .monaco-list-row", { hasText: name }).first().waitFor();
  await page.keyboard.press("Enter");
}

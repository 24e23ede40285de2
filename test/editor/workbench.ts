/**
 * Opens the web editor's window in headless Chromium and reads it: for the DOM tests and the
 * benches that look at what a person sees.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { chromium, type Browser, type Locator, type Page } from "playwright-core";
import { findChromium } from "./chromium.ts";
import { startEditor, type Editor, type EditorOptions } from "./server.ts";
import { beforeExit } from "./beforeExit.ts";

/** What the window shows. Paths are absolute or relative to the working directory. */
export interface WindowContents {
  readonly folder?: string;
  /** Files to open in tabs, the last one on top. */
  readonly open?: readonly string[];
  /** Extension folders to load unpacked, instead of an installed VSIX. */
  readonly dev?: readonly string[];
  /** Module whose `run` is called in the extension host. */
  readonly tests?: string;
  /** As the server was started with. */
  readonly asksForTrust?: boolean;
}

/** The workbench's address for these contents. */
export function workbenchUrl(origin: string, contents: WindowContents): string {
  const uri = (path: string): string =>
    `vscode-remote://${new URL(origin).host}${encodeURI(resolve(path))}`;
  const payload = [
    ...(contents.dev ?? []).map((path) => ["extensionDevelopmentPath", uri(path)]),
    ...(contents.tests ? [["extensionTestsPath", uri(contents.tests)]] : []),
    ...(contents.open ?? []).map((path) => ["openFile", uri(path)]),
    ["skipWelcome", "true"],
    ["skipReleaseNotes", "true"],
    ...(contents.asksForTrust ? [] : [["disableWorkspaceTrust", "true"]]),
  ];
  const url = new URL("/", origin);
  if (contents.folder) url.searchParams.set("folder", resolve(contents.folder));
  else url.searchParams.set("ew", "true");
  url.searchParams.set("payload", JSON.stringify(payload));
  return url.href;
}

/** A headless Chromium, installed first when the machine has none. */
export async function launchBrowser(): Promise<Browser> {
  const { path, env } = await findChromium();
  return chromium.launch({
    executablePath: path,
    env: { ...process.env, ...env },
    // Playwright's own handlers end this process before the editor is stopped.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--disable-dev-shm-usage",
      // No name but this machine's own leads anywhere.
      "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost, EXCLUDE [::1]",
    ],
  });
}

/** A page, and the addresses outside this machine that it asked for. */
export interface GuardedPage {
  readonly page: Page;
  readonly refused: readonly string[];
}

/** A page on which every request that would leave this machine is refused, and noted. */
export async function openPage(browser: Browser): Promise<GuardedPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const refused: string[] = [];
  const isOutside = (url: URL): boolean =>
    /^(https?|wss?):$/.test(url.protocol) &&
    !["127.0.0.1", "localhost", "[::1]"].includes(url.hostname);
  await context.route(isOutside, (route) => {
    refused.push(route.request().url());
    return route.abort();
  });
  const page = await context.newPage();
  // A WebSocket does not pass `route`; `routeWebSocket` would mix up the messages of those that it lets through.
  page.on("websocket", (socket) => {
    if (isOutside(new URL(socket.url()))) refused.push(socket.url());
  });
  return { page, refused };
}

/** A running editor with its window. */
export interface EditorWindow extends GuardedPage {
  readonly editor: Editor;
  /** Ends browser and editor and removes their scratch folders. */
  readonly close: () => Promise<void>;
}

const DRAW_LIMIT_MS = 60_000;

/**
 * Starts an editor and a browser and opens the window. When files are opened it waits until the
 * last one is drawn and gives it the keyboard; otherwise until the window is.
 */
export async function openEditorWindow(
  options: EditorOptions & WindowContents,
): Promise<EditorWindow> {
  const { folder, open, dev, tests, ...editorOptions } = options;
  const editor = await startEditor(editorOptions);
  let browser: Browser | undefined;
  const close = async (): Promise<void> => {
    await browser?.close();
    await editor.stop();
  };
  try {
    browser = await launchBrowser();
    const guarded = await openPage(browser);
    const contents = {
      ...(folder && { folder }),
      ...(open && { open }),
      ...(dev && { dev }),
      ...(tests && { tests }),
      ...(options.asksForTrust && { asksForTrust: true }),
    };
    await guarded.page.goto(workbenchUrl(editor.origin, contents), { waitUntil: "commit" });
    await guarded.page
      .locator(".monaco-workbench .part.statusbar")
      .waitFor({ timeout: DRAW_LIMIT_MS });
    if (open?.length) await focusEditor(guarded.page);
    return { ...guarded, editor, close };
  } catch (error) {
    await close();
    throw new Error(`The editor's window did not open. Its server said:\n${editor.log()}`, {
      cause: error,
    });
  }
}

/** Waits for the text editor to be drawn and gives it the keyboard. */
export async function focusEditor(page: Page): Promise<void> {
  const lines = page.locator(".editor-instance .monaco-editor .view-lines").first();
  await lines.waitFor({ timeout: DRAW_LIMIT_MS });
  await lines.click();
}

/** The ghost text that is shown, or "" when there is none. */
export async function ghostText(page: Page): Promise<string> {
  // The first line is made of spans (one per token) in the text, the others lie between the lines.
  const first = await page.locator(".view-lines .ghost-text-decoration").allTextContents();
  const others = await page.locator(".suggest-preview-text .view-line").allTextContents();
  return [first.join(""), ...others].join("\n").replaceAll("\u00a0", " ");
}

/** A status bar item of an installed extension: `statusItem(page, "publisher.name.itemId")`. */
export function statusItem(page: Page, id: string): Locator {
  return page.locator(`[id="${id}"]`);
}

/** A folder for a test's files, removed when the process ends. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "slipstream-files-"));
  beforeExit(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

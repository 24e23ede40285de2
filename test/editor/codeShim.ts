/**
 * Stands in for the desktop VS Code that @vscode/test-electron starts: takes the same arguments,
 * runs the suite in the extension host of the web editor, whose window is open in a headless
 * Chromium, and ends with the suite's exit code.
 */
import { format } from "node:util";
import type { Page } from "playwright-core";
import { beforeExit } from "./beforeExit.ts";
import { startEditor, type Editor } from "./server.ts";
import { SUITE_ENDED, SUITE_STARTED } from "./suiteReport.ts";
import { launchBrowser, openPage, scratchFolder, workbenchUrl } from "./workbench.ts";

const SUITE_LIMIT_MS = 600_000;

/** What the window said before and after the suite: shown only when something goes wrong. */
const chatter: string[] = [];

/** The values of `--name=value`, which is how test-electron writes them. */
function values(name: string): string[] {
  const start = `--${name}=`;
  return process.argv.filter((arg) => arg.startsWith(start)).map((arg) => arg.slice(start.length));
}

/** Resolves with the suite's exit code. The window calls the two functions that are exposed here. */
async function suiteEnd(page: Page): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  let isSpeaking = false;
  await page.exposeFunction("codeAutomationLog", (type: string, args: unknown[]) => {
    const text = format(...args);
    if (text === SUITE_STARTED || text === SUITE_ENDED) isSpeaking = text === SUITE_STARTED;
    else if (isSpeaking) process[type === "error" ? "stderr" : "stdout"].write(`${text}\n`);
    else chatter.push(`${type}: ${text}`);
  });
  await page.exposeFunction("codeAutomationExit", (code: unknown) => {
    resolve(typeof code === "number" ? code : 1);
  });
  page.on("crash", () => {
    reject(new Error("The window crashed."));
  });
  page.on("close", () => {
    reject(new Error("The window was closed."));
  });
  setTimeout(() => {
    reject(new Error(`The suite did not end in ${SUITE_LIMIT_MS} ms.`));
  }, SUITE_LIMIT_MS).unref();
  return promise;
}

async function runSuite(): Promise<number> {
  const [tests] = values("extensionTestsPath");
  if (!tests) throw new Error("--extensionTestsPath=MODULE is missing");
  let editor: Editor | undefined;
  const browser = await launchBrowser();
  beforeExit(() => void browser.close());
  try {
    editor = await startEditor();
    const { page } = await openPage(browser);
    const ended = suiteEnd(page);
    const contents = { folder: scratchFolder(), dev: values("extensionDevelopmentPath"), tests };
    await page.goto(workbenchUrl(editor.origin, contents), { waitUntil: "commit" });
    return await ended;
  } catch (error) {
    console.error(chatter.slice(-60).join("\n"));
    console.error(editor?.log().slice(-4000) ?? "");
    throw error;
  } finally {
    await browser.close();
    await editor?.stop();
  }
}

process.exit(await runSuite());

/** What the suites in the extension host share: the product's view of itself, files, keys and settings. */
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as vscode from "vscode";
import type { Failure, FailureCode } from "../../../src/base/failure.ts";
import type { AskReport } from "../../../src/completion/reports.ts";
import type { TestView } from "../../../src/extension/testView.ts";

const patienceMs = 10_000;
/** A reverted file is read again, and some are large. */
const closeLimitMs = 25_000;
const pollMs = 5;

/** What the extension in this window tells of itself. */
export async function slipstream(): Promise<TestView> {
  const extension = vscode.extensions.getExtension<TestView>("slipstream.slipstream");
  assert.ok(extension, "the extension is not there");
  return extension.activate();
}

/** Waits until the condition gives something, and returns it. */
export async function until<T>(
  what: string,
  condition: () => T | undefined | false | Promise<T | undefined | false>,
  limitMs = patienceMs,
): Promise<T> {
  const deadlineAt = performance.now() + limitMs;
  for (;;) {
    const value = await condition();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > deadlineAt) {
      const view = await slipstream();
      const state = { status: view.status(), link: view.link(), log: view.logLines().slice(-8) };
      throw new Error(`not within ${limitMs} ms: ${what}\n${JSON.stringify(state, undefined, 2)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

/** Waits until the window's WebSocket is open. */
export async function linkReady(): Promise<void> {
  const view = await slipstream();
  await until("the link is ready", () => view.link().kind === "ready");
}

/** Waits until the status bar item's text or tooltip is like this; it follows a little behind. */
export async function statusSays(pattern: RegExp): Promise<void> {
  const view = await slipstream();
  await until(`the status says ${pattern}`, () => {
    const { text, tooltip } = view.status() ?? {};
    return pattern.test(`${text}\n${tooltip}`);
  });
}

/** A path in the workspace folder. */
export function inFolder(path: string): string {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder, "no folder is open");
  return join(folder.uri.fsPath, path);
}

/** Writes a file into the workspace folder and returns its path. */
export function writeInFolder(path: string, content: string | Uint8Array): string {
  const full = inFolder(path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, content);
  return full;
}

/** Shows a document with the cursor at its end. */
export async function show(
  what: string | vscode.Uri | vscode.TextDocument,
): Promise<vscode.TextEditor> {
  const target = typeof what === "string" ? vscode.Uri.file(what) : what;
  const document =
    target instanceof vscode.Uri ? await vscode.workspace.openTextDocument(target) : target;
  const editor = await vscode.window.showTextDocument(document, { preview: false });
  await vscode.commands.executeCommand("workbench.action.focusActiveEditorGroup");
  moveTo(editor, document.lineAt(document.lineCount - 1).range.end);
  return editor;
}

/** Writes a file into the folder and shows it. */
export async function showFile(path: string, content: string): Promise<vscode.TextEditor> {
  return show(writeInFolder(path, content));
}

/** Puts the one cursor there. */
export function moveTo(editor: vscode.TextEditor, position: vscode.Position): void {
  editor.selection = new vscode.Selection(position, position);
}

/** Presses the keys of a text in the active editor, one after the other. */
export async function press(text: string): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  assert.ok(document, "no editor is active");
  for (const key of text) {
    const { version } = document;
    await until(`the key ${JSON.stringify(key)} arrives`, async () => {
      await vscode.commands.executeCommand("type", { text: key });
      if (document.version > version) return true;
      // A window that has just opened gives the keyboard to the editor late.
      await vscode.commands.executeCommand("workbench.action.focusActiveEditorGroup");
      return false;
    });
  }
}

/** The reports of asks for one document, oldest first. */
export async function reportsOf(path: string): Promise<readonly AskReport[]> {
  const view = await slipstream();
  return view.reports().filter((report) => report.path.endsWith(path));
}

/** Waits until a request about a document has ended with this failure, and returns it. */
export async function failureOf(path: string, code: FailureCode): Promise<Failure> {
  const view = await slipstream();
  return until(`a request about ${path} has ended with ${code}`, () => {
    const ended = view.requests().filter((request) => request.path.endsWith(path));
    return ended.map(({ failure }) => failure).find((failure) => failure?.code === code);
  });
}

/** The same state may be asked about after these: on a busy machine the editor comes late for what was asked ahead. */
const passing = new Set(["typed on", "nobody wanted it"]);

/** Types a text and waits for the report of the ask for the state behind its last key. */
export async function pressAndHear(text: string): Promise<AskReport> {
  const editor = vscode.window.activeTextEditor;
  assert.ok(editor, "no editor is active");
  const view = await slipstream();
  const told = view.reports().length;
  await press(text);
  const { uri } = editor.document;
  const name = uri.path.slice(uri.path.lastIndexOf("/") + 1);
  return until(`a report about ${name}`, () =>
    view
      .reports()
      .slice(told)
      .find((report) => {
        const isOurs =
          report.path.endsWith(name) && report.state.version === editor.document.version;
        return isOurs && !passing.has(report.result.reason);
      }),
  );
}

/** Accepts the ghost text once it is drawn; returns the document's new text. */
export async function accept(editor: vscode.TextEditor): Promise<string> {
  const { document } = editor;
  const { version } = document;
  await until("ghost text is accepted", async () => {
    await vscode.commands.executeCommand("editor.action.inlineSuggest.commit");
    return document.version > version;
  });
  return document.getText();
}

/** Closes every editor without saving; a reverted one asks no question. */
export async function closeAll(): Promise<void> {
  const close = async () => {
    if (vscode.window.tabGroups.all.every(({ tabs }) => tabs.length === 0)) return true;
    await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
    return false;
  };
  await until("every tab is closed", close, closeLimitMs);
}

const changed = new Set<string>();

/** Sets user settings by their full names, in this order, until `restoreSettings`. */
export async function setSettings(values: Readonly<Record<string, unknown>>): Promise<void> {
  for (const [name, value] of Object.entries(values)) {
    changed.add(name);
    await vscode.workspace
      .getConfiguration()
      .update(name, value, vscode.ConfigurationTarget.Global);
    // The extension hears of it in the turn in which the API has the new value.
    await until(`${name} is set`, () => {
      const set = vscode.workspace.getConfiguration().inspect(name)?.globalValue;
      return JSON.stringify(set) === JSON.stringify(value);
    });
  }
}

/** No suggest list, and nothing saved by itself: what a test types is gone with its editor. */
export async function quietEditor(): Promise<void> {
  await setSettings({ "editor.quickSuggestions": "off", "files.autoSave": "off" });
}

/** Takes back what `setSettings` has set, the last first, and waits for the link. */
export async function restoreSettings(): Promise<void> {
  for (const name of [...changed].reverse()) await setSettings({ [name]: undefined });
  changed.clear();
  await linkReady();
}

/** A window whose gateway asks a scripted model. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type EditorWindow, openEditorWindow, scratchFolder } from "../editor/workbench.ts";
import { beforeExit } from "../editor/beforeExit.ts";
import { writeMachineSettings } from "../editor/server.ts";
import { testedVsix } from "../package.ts";
import { waitForStatus } from "./typist.ts";

/** What is in the window. */
export interface ModelWindowOptions {
  /** Default: a scratch folder. */
  readonly folder?: string;
  /** Files by name; the last one is shown. */
  readonly files: Readonly<Record<string, string>>;
  /** The model's address; without one the engine is alone. */
  readonly modelUrl?: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly keybindings?: readonly Readonly<Record<string, unknown>>[];
}

/** The window, its folder, and a way to give it another model. */
export interface ModelWindow extends EditorWindow {
  readonly folder: string;
  /** The settings of the machine from now on: the model's address, or none. */
  readonly useModel: (url: string | undefined) => void;
}

/**
 * No suggest list: it takes Tab first, and has a suite of its own. Nothing is asked ahead: a scripted model is asked
 * then exactly what a test says.
 */
export const quiet = {
  "slipstream.speculation": false,
  "editor.quickSuggestions": false,
  "editor.suggestOnTriggerCharacters": false,
  "editor.wordBasedSuggestions": "off",
  "files.autoSave": "off",
};

/** Opens it and waits until its link is ready and its cursor at the file's end. */
export async function openModelWindow(options: ModelWindowOptions): Promise<ModelWindow> {
  const folder = options.folder ?? scratchFolder();
  const userDataDir = mkdtempSync(join(tmpdir(), "slip-"));
  beforeExit(() => {
    rmSync(userDataDir, { recursive: true, force: true });
  });
  for (const [name, text] of Object.entries(options.files)) writeFileSync(join(folder, name), text);
  mkdirSync(join(userDataDir, "User"), { recursive: true });
  writeFileSync(
    join(userDataDir, "User", "keybindings.json"),
    JSON.stringify(options.keybindings ?? []),
  );
  const window = await openEditorWindow({
    vsix: [await testedVsix()],
    folder,
    open: Object.keys(options.files).map((name) => join(folder, name)),
    userDataDir,
    settings: { ...quiet, ...options.settings },
    machineSettings: settingsFor(options.modelUrl),
  });
  await waitForStatus(window.page, (status) => status.includes("zap"));
  await window.page.keyboard.press("Control+End");
  const useModel = (url: string | undefined) => {
    writeMachineSettings(userDataDir, settingsFor(url));
  };
  return { ...window, folder, useModel };
}

function settingsFor(modelUrl: string | undefined): Record<string, string> {
  return {
    "slipstream.upstream.kind": modelUrl === undefined ? "none" : "llama.cpp",
    "slipstream.upstream.url": modelUrl ?? "",
  };
}

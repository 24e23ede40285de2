import * as vscode from "vscode";
import { excludedGlob, includedGlob } from "../../chat/fileGlobs.ts";
import type { FileRules } from "../fileRules.ts";

/** Files whose rules are asked for one search, how many of them at a time, and how many are shown. */
const limits = { found: 300, atOnce: 25, shown: 100 };

/** Files that may be sent to a model. */
export interface FoundFiles {
  readonly files: readonly vscode.Uri[];
  /** Whether there may be more. */
  readonly isCut: boolean;
}

/** Finds the files whose path has a text in it: those of open tabs first, and none that the settings or the rules leave out. */
export async function findFiles(
  text: string,
  rules: Pick<FileRules, "verdict">,
  signal: AbortSignal,
): Promise<FoundFiles> {
  const open = openFiles().filter((uri) => isNamed(uri, text));
  const found = await searched(text, signal);
  const all = [...new Map([...open, ...found].map((uri) => [uri.toString(), uri])).values()];
  const files: vscode.Uri[] = [];
  let at = 0;
  for (; at < all.length && files.length < limits.shown && !signal.aborted; at += limits.atOnce) {
    const some = all.slice(at, at + limits.atOnce);
    const verdicts = await Promise.all(some.map((uri) => rules.verdict(uri)));
    files.push(...some.filter((_, which) => verdicts[which] === "open"));
  }
  return { files, isCut: found.length === limits.found || at < all.length };
}

/** How a file is called in its workspace, with its folder's name where there are several. */
export const nameOf = (uri: vscode.Uri): string => vscode.workspace.asRelativePath(uri);

function isNamed(uri: vscode.Uri, text: string): boolean {
  const wanted = text.trim().replaceAll("\\", "/").toLowerCase();
  return nameOf(uri).toLowerCase().includes(wanted);
}

function openFiles(): vscode.Uri[] {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  return tabs.flatMap(({ input }) =>
    input instanceof vscode.TabInputText && vscode.workspace.getWorkspaceFolder(input.uri)
      ? [input.uri]
      : [],
  );
}

async function searched(text: string, signal: AbortSignal): Promise<vscode.Uri[]> {
  const stop = new vscode.CancellationTokenSource();
  const cancel = () => {
    stop.cancel();
  };
  signal.addEventListener("abort", cancel);
  try {
    const settings = vscode.workspace.getConfiguration();
    const excluded = excludedGlob([settings.get("files.exclude"), settings.get("search.exclude")]);
    const { findFiles: find } = vscode.workspace;
    const found = await find(includedGlob(text), excluded, limits.found, stop.token);
    return found.sort((one, other) => (one.path < other.path ? -1 : 1));
  } finally {
    signal.removeEventListener("abort", cancel);
    stop.dispose();
  }
}

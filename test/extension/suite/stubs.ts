/** Stands in for the person at the window's dialogs. The product calls the same `vscode.window`. */
import * as vscode from "vscode";

type Dialogs = Pick<typeof vscode.window, "showInputBox" | "showWarningMessage">;

const dialogs: Dialogs = vscode.window;
const { showInputBox, showWarningMessage } = vscode.window;

/** Runs a command that asks for a text and answers it; undefined dismisses the question. */
export async function answerInput(command: string, answer: string | undefined): Promise<void> {
  dialogs.showInputBox = () => Promise.resolve(answer);
  try {
    await vscode.commands.executeCommand(command);
  } finally {
    dialogs.showInputBox = showInputBox;
  }
}

/** Notes each warning message instead of showing it, until `restoreNotices`. */
export function catchNotices(): readonly string[] {
  const notices: string[] = [];
  const note = (message: string): Promise<undefined> => {
    notices.push(message);
    return Promise.resolve(undefined);
  };
  dialogs.showWarningMessage = note;
  return notices;
}

/** Lets warning messages be shown again. */
export function restoreNotices(): void {
  dialogs.showWarningMessage = showWarningMessage;
}

/** Runs a command that offers a list, picks what is like this, and returns all that was offered. */
export async function pickedFrom(command: string, wanted: RegExp): Promise<readonly string[]> {
  const { showQuickPick } = vscode.window;
  const offered: string[] = [];
  const pick = (items: readonly vscode.QuickPickItem[]) => {
    offered.push(...items.map(({ label }) => label));
    return Promise.resolve(items.find(({ label }) => wanted.test(label)));
  };
  Object.assign(vscode.window, { showQuickPick: pick });
  try {
    await vscode.commands.executeCommand(command);
  } finally {
    Object.assign(vscode.window, { showQuickPick });
  }
  return offered;
}

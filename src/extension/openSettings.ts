import * as vscode from "vscode";

/** Opens the settings editor on Slipstream's settings, or one of them. */
export const openSettings = (name = "slipstream."): Thenable<unknown> =>
  vscode.commands.executeCommand("workbench.action.openSettings", name);

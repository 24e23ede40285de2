import * as vscode from "vscode";

/** Turns completions on where a setting has turned them off. */
export async function turnOn(): Promise<void> {
  const section = vscode.workspace.getConfiguration("slipstream");
  await section.update("enabled", true, targetOf(section.inspect("enabled")));
}

/** Turns a language on or off. */
export async function turnLanguage(language: string, isOn: boolean): Promise<void> {
  const section = vscode.workspace.getConfiguration("slipstream");
  const all = section.inspect<Record<string, boolean>>("languages");
  const target = targetOf(all);
  const { ConfigurationTarget } = vscode;
  const languages = target === ConfigurationTarget.Global ? all?.globalValue : all?.workspaceValue;
  await section.update("languages", { ...languages, [language]: isOn }, target);
}

/** Where the workspace has its own value, and is trusted, the user's would not count. */
function targetOf(
  setting: { readonly workspaceValue?: unknown } | undefined,
): vscode.ConfigurationTarget {
  const { ConfigurationTarget } = vscode;
  const isOfWorkspace = vscode.workspace.isTrusted && setting?.workspaceValue !== undefined;
  return isOfWorkspace ? ConfigurationTarget.Workspace : ConfigurationTarget.Global;
}

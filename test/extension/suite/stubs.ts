/** Stands in for the person at the window's dialogs. The product calls the same `vscode.window`. */
import * as vscode from "vscode";

type Dialogs = Pick<
  typeof vscode.window,
  "showInputBox" | "showWarningMessage" | "showInformationMessage"
>;

const dialogs: Dialogs = vscode.window;
const { showInputBox, showWarningMessage, showInformationMessage, withProgress } = vscode.window;

/** Runs a command that asks for a text and answers it; undefined dismisses the question. */
export async function answerInput(command: string, answer: string | undefined): Promise<void> {
  dialogs.showInputBox = () => Promise.resolve(answer);
  try {
    await vscode.commands.executeCommand(command);
  } finally {
    dialogs.showInputBox = showInputBox;
  }
}

/** Joins a team's gateway as a person does whose window has none: its address is set behind its token. */
export async function joinGateway(url: string, token: string): Promise<void> {
  answerInputs(url, token);
  await vscode.commands.executeCommand("slipstream.setGatewayToken");
  dialogs.showInputBox = showInputBox;
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

/** As `catchNotices`, with the buttons of each behind its message in square brackets. */
export function catchOffers(): readonly string[] {
  const offers: string[] = [];
  const note = (message: string, ...buttons: unknown[]): Promise<undefined> => {
    offers.push([message, ...buttons.map((button) => `[${String(button)}]`)].join(" "));
    return Promise.resolve(undefined);
  };
  dialogs.showWarningMessage = note;
  return offers;
}

/** Notes warnings and news instead of showing them, and presses the button of this name, until `restoreNotices`. */
export function catchMessages(button?: string): readonly string[] {
  const messages: string[] = [];
  const note = (message: string, ...buttons: unknown[]): Promise<string | undefined> => {
    messages.push(message);
    return Promise.resolve(button !== undefined && buttons.includes(button) ? button : undefined);
  };
  dialogs.showWarningMessage = note;
  dialogs.showInformationMessage = note;
  return messages;
}

/** Answers the questions for a text, one after the other, until `restoreNotices`; further ones are dismissed. */
export function answerInputs(...answers: readonly string[]): void {
  const left = [...answers];
  dialogs.showInputBox = () => Promise.resolve(left.shift());
}

/** Presses Cancel at the next progress that offers it, once `when` has resolved, until `restoreNotices`. */
export function cancelProgress(when: () => Promise<unknown>): void {
  const withProgressCancelled: typeof withProgress = async (options, task) => {
    if (options.cancellable !== true) return withProgress(options, task);
    const cancel = new vscode.CancellationTokenSource();
    const ended = withProgress(options, (progress) => task(progress, cancel.token));
    await when();
    cancel.cancel();
    return ended;
  };
  Object.assign(vscode.window, { withProgress: withProgressCancelled });
}

/** Lets messages, questions and progress be shown again. */
export function restoreNotices(): void {
  Object.assign(dialogs, { showInputBox, showWarningMessage, showInformationMessage });
  Object.assign(vscode.window, { withProgress });
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

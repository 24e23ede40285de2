import * as vscode from "vscode";
import { t, timeOfDay } from "./l10n.ts";
import type { Pause } from "./pause.ts";
import { isLanguageOn, type Settings } from "./settings.ts";
import { turnLanguage, turnOn } from "./switches.ts";

/** What may keep the sample from being completed. */
export interface TryParts {
  readonly settings: () => Settings;
  readonly pause: Pause;
}

const language = "typescript";
/** The embedded engine knows from the first function how the second goes on. */
const sample = `export function areaOfCircle(radius: number): number {
  if (radius < 0) throw new RangeError("a shape has no negative side");
  return Math.PI * radius * radius;
}

export function volumeOfBall(radius: number): number {
  if (r`;

/** Opens a small document with the cursor where a suggestion comes, and has the editor ask for it. */
export async function tryCompletion(parts: TryParts): Promise<void> {
  const obstacle = obstacleTo(parts);
  if (obstacle) {
    const { message, button, mend } = obstacle;
    const picked = await vscode.window.showInformationMessage(message, button);
    if (picked === undefined) return;
    await mend();
    if (obstacleTo(parts)?.message === message) return; // a person mends it, or another setting holds
    return tryCompletion(parts);
  }
  const untouched = vscode.workspace.textDocuments.find(
    (document) => document.isUntitled && document.getText() === sample,
  );
  const document =
    untouched ?? (await vscode.workspace.openTextDocument({ language, content: sample }));
  const editor = await vscode.window.showTextDocument(document, { preview: false });
  const end = document.positionAt(sample.length);
  editor.selection = new vscode.Selection(end, end);
  await vscode.commands.executeCommand("editor.action.inlineSuggest.trigger");
}

/** Why nothing would appear, and the button that mends it. */
interface Obstacle {
  readonly message: string;
  readonly button: string;
  readonly mend: () => unknown;
}

function obstacleTo({ settings, pause }: TryParts): Obstacle | undefined {
  const { untilMs } = pause;
  if (!settings().enabled) {
    const message = t("Slipstream: completions are turned off (slipstream.enabled).");
    return { message, button: t("Turn On"), mend: turnOn };
  }
  if (untilMs !== undefined) {
    const message = t("Slipstream: completions are paused until {0}.", timeOfDay(untilMs));
    const mend = () => {
      pause.end();
    };
    return { message, button: t("Resume"), mend };
  }
  if (!isLanguageOn(settings(), language)) {
    const message = t("Slipstream: completions are off for {0}.", language);
    return { message, button: t("Turn On"), mend: () => turnLanguage(language, true) };
  }
  const editor = vscode.workspace.getConfiguration("editor", { languageId: language });
  if (editor.get<boolean>("inlineSuggest.enabled", true)) return undefined;
  const message = t("Slipstream: the editor shows no suggestions (editor.inlineSuggest.enabled).");
  const mend = () =>
    vscode.commands.executeCommand("workbench.action.openSettings", "editor.inlineSuggest.enabled");
  return { message, button: t("Open Settings"), mend };
}

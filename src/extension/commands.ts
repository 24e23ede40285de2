import * as vscode from "vscode";
import { DisposableStore, type Disposable } from "../base/disposable.ts";
import type { Completer } from "../completion/completer.ts";
import type { Activity } from "./activity.ts";
import { documentKeyOf } from "./editorSnapshot.ts";
import type { OutputLog } from "./outputLog.ts";
import type { Secrets } from "./secrets.ts";
import { t, timeOfDay } from "./l10n.ts";
import { openSettings } from "./openSettings.ts";
import type { Pause } from "./pause.ts";
import { reasonIn } from "./reasons.ts";
import { isLanguageOn, type Settings } from "./settings.ts";
import { turnLanguage } from "./switches.ts";

/** What the commands act on. */
export interface CommandParts {
  readonly pause: Pause;
  readonly log: OutputLog;
  readonly secrets: Secrets;
  readonly settings: () => Settings;
  readonly completer: Completer;
  readonly activity: Activity;
  readonly showLatency: () => Promise<void>;
  readonly showSent: () => Promise<void>;
  /** Ends the gateway child and every socket and begins anew. */
  readonly reconnect: () => void;
}

export const menuCommand = "slipstream.menu";
/** Run by the editor when ghost text was accepted as a whole; not one for people. */
export const acceptedCommand = "slipstream.accepted";
const minuteMs = 60_000;

const onDemand = () => import("./onDemand.ts");

/** Registers every command of package.json. */
export function registerCommands(parts: CommandParts): Disposable {
  const store = new DisposableStore();
  const { pause, log, secrets, reconnect } = parts;
  const actions: Record<string, (argument: unknown) => unknown> = {
    [menuCommand]: () => showMenu(parts),
    "slipstream.toggleLanguage": () => toggleLanguage(parts.settings()),
    "slipstream.pause": () => {
      pause.begin(5 * minuteMs);
    },
    "slipstream.pauseHour": () => {
      pause.begin(60 * minuteMs);
    },
    "slipstream.showLatency": parts.showLatency,
    "slipstream.showSent": parts.showSent,
    "slipstream.resume": () => {
      pause.end();
    },
    "slipstream.showLog": () => {
      log.show();
    },
    "slipstream.reconnect": () => {
      reconnect();
    },
    "slipstream.setUpstreamKey": async () =>
      (await onDemand()).setUpstreamKey(secrets, parts.settings()),
    "slipstream.setGatewayToken": async () =>
      (await onDemand()).setGatewayToken(secrets, parts.settings()),
    "slipstream.openSettings": () => openSettings(),
    "slipstream.openWalkthrough": openWalkthrough,
    "slipstream.tryCompletion": async () => (await onDemand()).tryCompletion(parts),
    "slipstream.dismiss": () => dismiss(parts.completer),
    "slipstream.showReasons": () => showReasons(parts.activity),
    [acceptedCommand]: (documentKey: unknown) => {
      if (typeof documentKey !== "string") return;
      parts.completer.accepted(documentKey);
      parts.activity.accepted();
    },
  };
  for (const [name, action] of Object.entries(actions)) {
    store.add(vscode.commands.registerCommand(name, action));
  }
  return store;
}

const openWalkthrough = (): Thenable<unknown> =>
  vscode.commands.executeCommand(
    "workbench.action.openWalkthrough",
    "slipstream.slipstream#firstSteps",
  );

/** Escape over ghost text: hidden as the editor's own key does, and not offered again. */
async function dismiss(completer: Completer): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (editor) completer.dismissed(documentKeyOf(editor.document));
  await vscode.commands.executeCommand("editor.action.inlineSuggest.hide");
}

/** Why nothing was shown, how often, since the window opened. */
export async function showReasons(
  activity: Pick<Activity, "reasons" | "shownCount" | "acceptedCount">,
): Promise<void> {
  if (activity.reasons.length === 0) {
    const button = t("Try a Completion");
    const picked = await vscode.window.showInformationMessage(
      t("Slipstream: there is no reason yet: whenever the editor asked, something was shown."),
      button,
    );
    if (picked !== undefined) await vscode.commands.executeCommand("slipstream.tryCompletion");
    return;
  }
  const items = activity.reasons.map(([reason, count]) => ({
    label: reasonIn(t, reason),
    description: `${count}`,
  }));
  const { shownCount, acceptedCount } = activity;
  const title = t(
    "Slipstream: {0} shown, {1} accepted; why nothing was shown",
    shownCount,
    acceptedCount,
  );
  await vscode.window.showQuickPick(items, { title });
}

async function showMenu({ pause, settings }: CommandParts): Promise<void> {
  const language = vscode.window.activeTextEditor?.document.languageId;
  const isOn = language !== undefined && isLanguageOn(settings(), language);
  const { untilMs } = pause;
  const items: (vscode.QuickPickItem & { command: string })[] = [
    ...(language === undefined
      ? []
      : [
          {
            label: isOn
              ? `$(circle-slash) ${t("Turn off for {0}", language)}`
              : `$(zap) ${t("Turn on for {0}", language)}`,
            command: "slipstream.toggleLanguage",
          },
        ]),
    ...(untilMs !== undefined
      ? [
          {
            label: `$(debug-continue) ${t("Resume")}`,
            description: t("paused until {0}", timeOfDay(untilMs)),
            command: "slipstream.resume",
          },
        ]
      : [
          { label: `$(debug-pause) ${t("Pause for 5 minutes")}`, command: "slipstream.pause" },
          { label: `$(debug-pause) ${t("Pause for 60 minutes")}`, command: "slipstream.pauseHour" },
        ]),
    { label: `$(graph) ${t("Show latency")}`, command: "slipstream.showLatency" },
    { label: `$(eye) ${t("Show what was sent")}`, command: "slipstream.showSent" },
    { label: `$(question) ${t("Why nothing was shown")}`, command: "slipstream.showReasons" },
    { label: `$(plug) ${t("Connect a model")}`, command: "slipstream.connectModel" },
    { label: `$(output) ${t("Show log")}`, command: "slipstream.showLog" },
    { label: `$(report) ${t("Report a problem")}`, command: "slipstream.reportProblem" },
    { label: `$(debug-restart) ${t("Reconnect")}`, command: "slipstream.reconnect" },
    { label: `$(gear) ${t("Settings")}`, command: "slipstream.openSettings" },
  ];
  const picked = await vscode.window.showQuickPick(items, { title: "Slipstream" });
  if (picked) await vscode.commands.executeCommand(picked.command);
}

async function toggleLanguage(settings: Settings): Promise<void> {
  const language = vscode.window.activeTextEditor?.document.languageId;
  if (language !== undefined) return turnLanguage(language, !isLanguageOn(settings, language));
  const picked = await vscode.window.showInformationMessage(
    t("Slipstream: open a file in the language that is to be turned on or off."),
    t("Open Settings"),
  );
  if (picked !== undefined) await openSettings("slipstream.languages");
}

import { homedir } from "node:os";
import * as vscode from "vscode";
import type { PersistentLink } from "../link/persistentLink.ts";
import type { Activity } from "./activity.ts";
import type { Configuration } from "./configuration.ts";
import { problemReport } from "./problemReport.ts";
import { secretsSet } from "./secretNames.ts";
import type { Secrets } from "./secrets.ts";
import type { Settings } from "./settings.ts";

/** What a report is gathered from. */
export interface ReportParts {
  readonly configuration: Configuration;
  readonly secrets: Secrets;
  readonly activity: Activity;
  readonly link: PersistentLink;
  /** Of the extension. */
  readonly version: string;
}

/** Shows a report in an untitled document: the person reads it, and sends it or not. */
export async function reportProblem(parts: ReportParts): Promise<void> {
  const { configuration, activity, link } = parts;
  const content = problemReport({
    versions: versionsOf(parts.version),
    settings: configuration.settings,
    settingsFailure: configuration.failure,
    secrets: await secretsOf(parts.secrets, configuration.settings),
    homeFolder: homedir(),
    link: link.state,
    latency: activity.latency,
    counts: {
      shown: activity.shownCount,
      accepted: activity.acceptedCount,
      "sockets opened": link.connectionCount,
    },
    reasons: activity.reasons,
    failures: activity.recentFailures,
  });
  const document = await vscode.workspace.openTextDocument({ language: "markdown", content });
  await vscode.window.showTextDocument(document, { preview: false });
}

function versionsOf(version: string): Readonly<Record<string, string>> {
  const { remoteName, uiKind, language, appName } = vscode.env;
  return {
    Slipstream: version,
    [appName]: vscode.version,
    Node: process.versions.node,
    system: `${process.platform}, ${process.arch}`,
    window: `${uiKind === vscode.UIKind.Web ? "web" : "desktop"}, ${remoteName === undefined ? "local" : "remote"}, ${language}`,
    "workspace trusted": vscode.workspace.isTrusted ? "yes" : "no",
  };
}

/** Of all models and of the gateway that are set. Without the secret storage there is nothing to hide. */
async function secretsOf(
  secrets: Secrets,
  settings: Settings,
): Promise<Readonly<Record<string, string | undefined>>> {
  const found = [...secretsSet(settings)].map(async (name) => {
    const label = name.replace("upstreamKey", "API key").replace("gatewayToken", "gateway token");
    try {
      return [label, await secrets.get(name)] as const;
    } catch {
      return [label, undefined] as const;
    }
  });
  return Object.fromEntries(await Promise.all(found));
}

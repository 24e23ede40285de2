import * as vscode from "vscode";
import type { Failure, FailureCode } from "../base/failure.ts";
import { mustTellUser, sentenceOf } from "./failureSentences.ts";
import { t } from "./l10n.ts";

/** Tells people, once for each problem, what only they can mend; everything else stays in the status bar. */
export class Notices {
  readonly #isHosted: () => boolean;
  readonly #told = new Set<string>();

  constructor(isHosted: () => boolean) {
    this.#isHosted = isHosted;
  }

  tell(failure: Failure): void {
    const isHosted = this.#isHosted();
    const sentence = sentenceOf(failure, t, { isHosted });
    // By its code: a server may word each refusal differently. Each wrong setting is a problem of its own.
    const problem = failure.code === "settings" ? sentence : failure.code;
    if (!mustTellUser(failure) || this.#told.has(problem)) return;
    this.#told.add(problem);
    void show(sentence, stepFor(failure.code, isHosted));
  }

  /** Settings or secrets have changed: what was told may be told again. */
  reset(): void {
    this.#told.clear();
  }
}

async function show(sentence: string, step: NextCommand | undefined): Promise<void> {
  const picked = await vscode.window.showWarningMessage(
    `Slipstream: ${withoutLinks(sentence)}`,
    ...(step ? [step.label()] : []),
  );
  if (step && picked !== undefined) await vscode.commands.executeCommand(step.command);
}

/** A button, and what it does. */
interface NextCommand {
  readonly label: () => string;
  readonly command: string;
}

/** What mends a failure; undefined where nothing in this window does. */
function stepFor(code: FailureCode, isHosted: boolean): NextCommand | undefined {
  if (isHosted && code.startsWith("upstream-")) return undefined;
  return (isHosted ? hostedCommands : ownCommands)[code] ?? settings;
}

const settings: NextCommand = {
  label: () => t("Open Settings"),
  command: "slipstream.openSettings",
};
const reconnect: NextCommand = {
  label: () => t("Reconnect"),
  command: "slipstream.reconnect",
};

const setKey: NextCommand = {
  label: () => t("Set API Key"),
  command: "slipstream.setUpstreamKey",
};
const connectModel: NextCommand = {
  label: () => t("Connect a Model"),
  command: "slipstream.connectModel",
};

/** What mends a failure, where that is not a setting. */
const ownCommands: Readonly<Partial<Record<FailureCode, NextCommand>>> = {
  "handshake-refused": reconnect,
  unauthorized: reconnect,
  "upstream-unauthorized": setKey,
  "upstream-no-infill": connectModel,
  "upstream-no-credit": setKey,
  "upstream-only-thought": connectModel,
};

/** The same with a team's gateway. */
const hostedCommands: typeof ownCommands = {
  unauthorized: { label: () => t("Set Gateway Token"), command: "slipstream.setGatewayToken" },
};

/** A notification makes links, even commands, of Markdown; a server's words must not become one. */
const withoutLinks = (text: string): string => text.replaceAll("](", "] (");

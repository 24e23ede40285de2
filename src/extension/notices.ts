import * as vscode from "vscode";
import type { Failure, FailureCode } from "../base/failure.ts";
import { openSettings } from "./commands.ts";
import { mustTellUser, sentenceOf } from "./failureSentences.ts";
import { t } from "./l10n.ts";

/** Tells people, once for each problem, what only they can mend; everything else stays in the status bar. */
export class Notices {
  readonly #told = new Set<string>();

  tell(failure: Failure): void {
    const sentence = sentenceOf(failure, t);
    // By its code: a server may word each refusal differently. Each wrong setting is a problem of its own.
    const problem = failure.code === "settings" ? sentence : failure.code;
    if (!mustTellUser(failure) || this.#told.has(problem)) return;
    this.#told.add(problem);
    void this.#show(failure, sentence);
  }

  /** Settings or secrets have changed: what was told may be told again. */
  reset(): void {
    this.#told.clear();
  }

  async #show(failure: Failure, sentence: string): Promise<void> {
    const step = nextCommands[failure.code];
    const label = step?.label() ?? t("Open Settings");
    const picked = await vscode.window.showWarningMessage(
      `Slipstream: ${withoutLinks(sentence)}`,
      label,
    );
    if (picked === undefined) return;
    if (step) await vscode.commands.executeCommand(step.command);
    else await openSettings();
  }
}

/** What mends a failure, where that is not a setting. */
const nextCommands: Readonly<
  Partial<Record<FailureCode, { readonly label: () => string; readonly command: string }>>
> = {
  unauthorized: { label: () => t("Set Gateway Token"), command: "slipstream.setGatewayToken" },
  "upstream-unauthorized": {
    label: () => t("Set API Key"),
    command: "slipstream.setUpstreamKey",
  },
  "upstream-no-infill": {
    label: () => t("Connect a Model"),
    command: "slipstream.connectModel",
  },
};

/** A notification makes links, even commands, of Markdown; a server's words must not become one. */
const withoutLinks = (text: string): string => text.replaceAll("](", "] (");

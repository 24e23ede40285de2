import * as vscode from "vscode";
import { type Failure } from "../base/failure.ts";
import { openSettings } from "./commands.ts";
import { mustTellUser, sentenceOf } from "./failureSentences.ts";

/** Tells people, once for each problem, what only they can mend; everything else stays in the status bar. */
export class Notices {
  readonly #told = new Set<string>();

  tell(failure: Failure): void {
    const sentence = sentenceOf(failure);
    if (!mustTellUser(failure) || this.#told.has(sentence)) return;
    this.#told.add(sentence);
    void this.#show(failure, sentence);
  }

  /** Settings or secrets have changed: what was told may be told again. */
  reset(): void {
    this.#told.clear();
  }

  async #show(failure: Failure, sentence: string): Promise<void> {
    const secret = secretCommands[failure.code as keyof typeof secretCommands] as
      { label: string; command: string } | undefined;
    const label = secret?.label ?? "Open Settings";
    const picked = await vscode.window.showWarningMessage(`Slipstream: ${sentence}`, label);
    if (picked === undefined) return;
    if (secret) await vscode.commands.executeCommand(secret.command);
    else await openSettings();
  }
}

const secretCommands = {
  unauthorized: { label: "Set Gateway Token", command: "slipstream.setGatewayToken" },
  "upstream-unauthorized": { label: "Set API Key", command: "slipstream.setUpstreamKey" },
} as const;

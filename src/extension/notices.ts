import * as vscode from "vscode";
import { type Failure } from "../base/failure.ts";
import { openSettings } from "./commands.ts";
import { mustTellUser, sentenceOf } from "./failureSentences.ts";

/** Tells people, once for each problem, what only they can mend; everything else stays in the status bar. */
export class Notices {
  readonly #told = new Set<string>();

  tell(failure: Failure): void {
    const sentence = sentenceOf(failure);
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
    const secret = secretCommands[failure.code as keyof typeof secretCommands] as
      { label: string; command: string } | undefined;
    const label = secret?.label ?? "Open Settings";
    const picked = await vscode.window.showWarningMessage(
      `Slipstream: ${withoutLinks(sentence)}`,
      label,
    );
    if (picked === undefined) return;
    if (secret) await vscode.commands.executeCommand(secret.command);
    else await openSettings();
  }
}

const secretCommands = {
  unauthorized: { label: "Set Gateway Token", command: "slipstream.setGatewayToken" },
  "upstream-unauthorized": { label: "Set API Key", command: "slipstream.setUpstreamKey" },
} as const;

/** A notification makes links, even commands, of Markdown; a server's words must not become one. */
const withoutLinks = (text: string): string => text.replaceAll("](", "] (");

import * as vscode from "vscode";
import { t } from "./l10n.ts";

/** The two secrets, kept by the editor's SecretStorage and nowhere else. */
export type SecretName = "upstreamKey" | "gatewayToken";

const storageKeys: Readonly<Record<SecretName, string>> = {
  upstreamKey: "slipstream.upstreamKey",
  gatewayToken: "slipstream.gatewayToken",
};

const prompts: Readonly<Record<SecretName, () => string>> = {
  upstreamKey: () => t("API key of the model server (slipstream.upstream.url). Empty removes it."),
  gatewayToken: () => t("Token for the gateway (slipstream.gateway.url). Empty removes it."),
};

/** Reads and writes the secrets of this user. */
export class Secrets {
  readonly #storage: vscode.SecretStorage;

  constructor(storage: vscode.SecretStorage) {
    this.#storage = storage;
  }

  async get(name: SecretName): Promise<string | undefined> {
    return this.#storage.get(storageKeys[name]);
  }

  async set(name: SecretName, value: string): Promise<void> {
    if (value === "") await this.#storage.delete(storageKeys[name]);
    else await this.#storage.store(storageKeys[name], value);
  }

  /** Asks the user for it; nothing changes when the question is dismissed. */
  async ask(name: SecretName): Promise<void> {
    const value = await vscode.window.showInputBox({
      prompt: prompts[name](),
      password: true,
      ignoreFocusOut: true,
    });
    if (value !== undefined) await this.set(name, value.trim());
  }
}

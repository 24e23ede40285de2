import * as vscode from "vscode";
import { t } from "./l10n.ts";
import type { SecretName } from "./secretNames.ts";

function promptFor(name: SecretName): string {
  const [what, address = ""] = name.split(" of ");
  return what === "gatewayToken"
    ? t("Token for the gateway ({0}). Empty removes it.", address)
    : t("API key of the model server ({0}). Empty removes it.", address);
}

const prefix = "slipstream.";
const keyOf = (name: SecretName): string => prefix + name;

/** Reads and writes the secrets of this user. */
export class Secrets {
  readonly #storage: vscode.SecretStorage;

  constructor(storage: vscode.SecretStorage) {
    this.#storage = storage;
  }

  async get(name: SecretName): Promise<string | undefined> {
    return this.#storage.get(keyOf(name));
  }

  async set(name: SecretName, value: string): Promise<void> {
    if (value === "") await this.#storage.delete(keyOf(name));
    else await this.#storage.store(keyOf(name), value);
  }

  /** Calls the listener with the name of each that changes, in another window too. */
  readonly onChange = (listener: (name: SecretName) => void): vscode.Disposable =>
    this.#storage.onDidChange(({ key }) => {
      listener(key.slice(prefix.length) as SecretName);
    });

  /** Asks the user for it, and says whether there was an answer; nothing changes when the question is dismissed. */
  async ask(name: SecretName): Promise<boolean> {
    const value = await vscode.window.showInputBox({
      prompt: promptFor(name),
      password: true,
      ignoreFocusOut: true,
    });
    if (value !== undefined) await this.set(name, value.trim());
    return value !== undefined;
  }
}

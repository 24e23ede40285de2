import * as vscode from "vscode";
import { t } from "./l10n.ts";

/** The secrets, kept by the editor's SecretStorage and nowhere else; those of fallbacks by the host they are for. */
export type SecretName = "upstreamKey" | "gatewayToken" | `upstreamKey of ${string}`;

function promptFor(name: SecretName): string {
  if (name === "gatewayToken")
    return t("Token for the gateway (slipstream.gateway.url). Empty removes it.");
  const whose = name === "upstreamKey" ? "slipstream.upstream.url" : name.replace(/^.* of /, "");
  return t("API key of the model server ({0}). Empty removes it.", whose);
}

/**
 * Where the key of a model's address is. The first model's has no address in its name; another model of the same server shares
 * it, and no other server ever gets it.
 */
export function keyNameOf(address: string, first: string): SecretName {
  const origin = originOf(address);
  return origin === originOf(first) ? "upstreamKey" : `upstreamKey of ${origin}`;
}

function originOf(address: string): string {
  return URL.canParse(address) ? new URL(address).origin : address;
}

/** Reads and writes the secrets of this user. */
export class Secrets {
  readonly #storage: vscode.SecretStorage;

  constructor(storage: vscode.SecretStorage) {
    this.#storage = storage;
  }

  async get(name: SecretName): Promise<string | undefined> {
    return this.#storage.get(`slipstream.${name}`);
  }

  async set(name: SecretName, value: string): Promise<void> {
    if (value === "") await this.#storage.delete(`slipstream.${name}`);
    else await this.#storage.store(`slipstream.${name}`, value);
  }

  /** Asks the user for it; nothing changes when the question is dismissed. */
  async ask(name: SecretName): Promise<void> {
    const value = await vscode.window.showInputBox({
      prompt: promptFor(name),
      password: true,
      ignoreFocusOut: true,
    });
    if (value !== undefined) await this.set(name, value.trim());
  }
}

import * as vscode from "vscode";
import { t } from "./l10n.ts";
import { keyNameOf, tokenNameOf } from "./secretNames.ts";
import type { Secrets } from "./secrets.ts";
import { addressFlaw, noKeyWords } from "./secretWords.ts";
import { modelAddresses, type Settings } from "./settings.ts";

/** The command *Set Upstream API Key*: asks for the key of a model's server, and which one's where there are several. */
export async function setUpstreamKey(secrets: Secrets, settings: Settings): Promise<void> {
  const addresses = new Map(modelAddresses(settings).map((each) => [keyNameOf(each), each]));
  const [only, ...more] = addresses.keys();
  if (only === undefined) {
    void sayNoKey(settings);
    return;
  }
  if (more.length === 0) {
    await secrets.ask(only);
    return;
  }
  const items = [...addresses].map(([name, label]) => ({ label, name }));
  const picked = await vscode.window.showQuickPick(items, { title: t("API key of which server?") });
  if (picked) await secrets.ask(picked.name);
}

async function sayNoKey(settings: Settings): Promise<void> {
  const connect = t("Connect a Model");
  const { sentence, needsModel } = noKeyWords(settings, t);
  const picked = await vscode.window.showInformationMessage(
    `Slipstream: ${sentence}`,
    ...(needsModel ? [connect] : []),
  );
  if (picked === connect) await vscode.commands.executeCommand("slipstream.connectModel");
}

/**
 * The command *Set Gateway Token*: asks for the token of the team's gateway; where none is set, for its address first, which is
 * set behind the token, so that it is not asked without one.
 */
export async function setGatewayToken(secrets: Secrets, settings: Settings): Promise<void> {
  const known = settings["gateway.url"];
  const address = known === "" ? await askForAddress() : known;
  if (address === undefined) return;
  const isAnswered = await secrets.ask(tokenNameOf(address));
  if (!isAnswered || known !== "") return;
  const section = vscode.workspace.getConfiguration("slipstream");
  await section.update("gateway.url", address, true);
}

async function askForAddress(): Promise<string | undefined> {
  const address = await vscode.window.showInputBox({
    prompt: t("The address of your team's gateway"),
    placeHolder: "wss://slipstream.example.com",
    ignoreFocusOut: true,
    validateInput: (text) => addressFlaw(text.trim(), t),
  });
  return address?.trim();
}

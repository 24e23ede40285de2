import * as vscode from "vscode";
import { Failure } from "../../base/failure.ts";
import type { Logger } from "../../base/log.ts";
import { openSettings } from "../commands.ts";
import { t } from "../l10n.ts";
import { hasModel } from "../settings.ts";
import {
  type Connection,
  type ConnectionPlace,
  readConnection,
  writeConnection,
} from "./connection.ts";
import { type ConnectionTestParts, flawOf, testConnection } from "./connectionTest.ts";
import { usualPorts } from "./catalogue.ts";
import { type Choice, pickModel } from "./pickModel.ts";
import { flawWords, type TriedModel, verdictOn } from "./verdict.ts";

/** What the command needs of the window. */
export interface ConnectParts extends ConnectionPlace, ConnectionTestParts {
  readonly log: Logger;
  /** On which ports of this machine a model server is looked for, where it is not the usual ones. */
  readonly ports: readonly number[] | undefined;
  /** Begins anew with the settings and keys as they are now. */
  readonly reconnect: () => void;
}

/** The command *Connect a Model*: choose, set, try with a real request, and say in one sentence what came of it. */
export async function connectModel(parts: ConnectParts): Promise<void> {
  const { settings } = parts.configuration;
  if (settings["gateway.url"] !== "") {
    await sayGatewayDecides();
    return;
  }
  const { ports = usualPorts, clock } = parts;
  const choice = await pickModel({ ports, clock, hasModel: hasModel(settings) });
  if (!choice) return;
  const former = await readConnection(parts);
  const end = await taken(parts, choice);
  if (end.kind === "given-up") await takeBack(parts, former);
  if (end.kind === "wrong") void sayWrong(parts, end.sentence, former); // the command has ended; the message stays
}

/** What came of a model that was set and tried. */
type End =
  /** All is well, which has been said. */
  | { readonly kind: "connected" }
  /** The person did not wait for what comes of it. */
  | { readonly kind: "given-up" }
  | { readonly kind: "wrong"; readonly sentence: string };

const connected: End = { kind: "connected" };

async function taken(parts: ConnectParts, choice: Choice): Promise<End> {
  const name = choice.model === "" ? hostOf(choice.url) : choice.model;
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: t("Slipstream tries {0}…", name),
    cancellable: true,
  };
  return vscode.window.withProgress(options, async (_progress, token) => {
    const abort = new AbortController();
    const cancel = token.onCancellationRequested(() => {
      abort.abort(new Failure("superseded", "given up by the user"));
    });
    try {
      await writeConnection(parts, choice);
      parts.reconnect();
      if (choice.kind === "none") return connected;
      return await tried(parts, choice, abort.signal);
    } catch (error) {
      if (abort.signal.aborted) return { kind: "given-up" };
      const failure = Failure.from(error);
      parts.log.warn(`the model could not be tried: ${failure.code}, ${failure.message}`);
      return { kind: "wrong", sentence: verdictOn(failure, triedModel(choice), t) };
    } finally {
      cancel.dispose();
    }
  });
}

async function tried(parts: ConnectParts, choice: Choice, signal: AbortSignal): Promise<End> {
  const answer = await testConnection(parts, signal);
  const ms = Math.round(answer.firstTextMs);
  const flaw = flawOf(answer);
  parts.log.info(`the model was tried: ${ms} ms to its first text, ${flaw ?? "well"}`);
  if (flaw) return { kind: "wrong", sentence: flawWords(flaw, triedModel(choice), t) };
  const name = choice.model === "" ? hostOf(choice.url) : choice.model;
  void vscode.window.showInformationMessage(
    t("Slipstream: {0} is connected and answers in {1} ms. Type to see it.", name, ms),
  );
  return connected;
}

async function takeBack(parts: ConnectParts, former: Connection): Promise<void> {
  await writeConnection(parts, former);
  parts.reconnect();
}

async function sayWrong(parts: ConnectParts, sentence: string, former: Connection): Promise<void> {
  const again = t("Connect Another");
  const undo = t("Undo");
  const picked = await vscode.window.showWarningMessage(`Slipstream: ${sentence}`, again, undo);
  if (picked === again) await connectModel(parts);
  if (picked === undo) await takeBack(parts, former);
}

async function sayGatewayDecides(): Promise<void> {
  const label = t("Open Settings");
  const sentence = t(
    "Your team's gateway has the model. To connect one of your own, empty slipstream.gateway.url first.",
  );
  const picked = await vscode.window.showInformationMessage(`Slipstream: ${sentence}`, label);
  if (picked === label) await openSettings();
}

const triedModel = ({ url, model, isReached }: Choice): TriedModel => ({
  address: new URL(URL.canParse(url) ? url : "http://localhost"),
  model,
  remoteName: vscode.env.remoteName,
  isReachedByWindow: isReached,
  hasProxy: namesProxy(),
});

function namesProxy(): boolean {
  const set = vscode.workspace.getConfiguration("http").get<unknown>("proxy");
  const names = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"];
  return [set, ...names.map((name) => process.env[name])].some((value) => Boolean(value));
}

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : url);

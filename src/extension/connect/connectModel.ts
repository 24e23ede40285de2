import * as vscode from "vscode";
import { Failure } from "../../base/failure.ts";
import type { Logger } from "../../base/log.ts";
import { openSettings } from "../openSettings.ts";
import { t } from "../l10n.ts";
import { hasModel } from "../settings.ts";
import {
  type Connection,
  type ConnectionPlace,
  type Former,
  readFormer,
  writeConnection,
  writeFormer,
  writtenFallbacks,
} from "./connection.ts";
import { type ConnectionTestParts, flawOf, testConnection } from "./connectionTest.ts";
import { canBeAskedInWords, usualPorts } from "./catalogue.ts";
import { type Choice, pickModel } from "./pickModel.ts";
import { flawWords, type TriedModel, verdictOn } from "./verdict.ts";

/** What the command needs of the window. */
export interface ConnectParts extends ConnectionPlace, ConnectionTestParts {
  readonly log: Logger;
  /** On which ports of this machine a model server is looked for, where it is not the usual ones. */
  readonly ports: readonly number[] | undefined;
  /** Begins anew with the settings and keys as they are now; the fallbacks do not stand in where the first model is alone. */
  readonly reconnect: (how: { readonly isFirstAlone: boolean }) => void;
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
  const completeBy = choice.kind === "anthropic" ? "instruct" : "auto"; // it has no other way
  const fallbacks = choice.kind === "none" ? [] : writtenFallbacks();
  const wanted = { ...choice, completeBy, fallbacks } as const;
  await connect(parts, wanted, await readFormer(parts, wanted));
}

/** A connection that is tried, and whether this window had an answer from its address. */
type Tried = Connection & Pick<Choice, "isReached">;

/** The messages stay behind the command; what is done by their buttons is a command of its own. */
async function connect(parts: ConnectParts, wanted: Tried, former: Former): Promise<void> {
  const end = await taken(parts, wanted);
  if (end.kind === "given-up") await takeBack(parts, former);
  else void tell(parts, { end, wanted, former });
}

/** What came of a model that was set and tried. */
type End =
  /** The person did not wait for what comes of it. */
  | { readonly kind: "given-up" }
  | { readonly kind: "well"; readonly sentence: string }
  | { readonly kind: "wrong"; readonly sentence: string; readonly isNoFiller: boolean };

async function taken(parts: ConnectParts, wanted: Tried): Promise<End> {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: t("Slipstream tries {0}…", nameOf(wanted)),
    cancellable: true,
  };
  return vscode.window.withProgress(options, async (_progress, token) => {
    const abort = new AbortController();
    const cancel = token.onCancellationRequested(() => {
      abort.abort(new Failure("superseded", "given up by the user"));
    });
    try {
      await writeConnection(parts, wanted);
      if (wanted.kind === "none")
        return { kind: "well", sentence: t("No model is asked any more.") };
      parts.reconnect({ isFirstAlone: true });
      return await tried(parts, wanted, abort.signal);
    } catch (error) {
      if (abort.signal.aborted) return { kind: "given-up" };
      const failure = Failure.from(error);
      parts.log.warn(`the model could not be tried: ${failure.code}, ${failure.message}`);
      const isNoFiller = failure.code === "upstream-no-infill";
      return { kind: "wrong", sentence: verdictOn(failure, triedModel(wanted), t), isNoFiller };
    } finally {
      cancel.dispose();
      const { "upstream.fallbacks": fallbacks } = parts.configuration.settings;
      if (wanted.kind === "none" || fallbacks.length > 0) parts.reconnect(notAlone);
    }
  });
}

const notAlone = { isFirstAlone: false };

async function tried(parts: ConnectParts, wanted: Tried, signal: AbortSignal): Promise<End> {
  const answer = await testConnection(parts, signal);
  const ms = Math.round(answer.firstTextMs);
  const flaw = flawOf(answer);
  parts.log.info(`the model was tried: ${ms} ms to its first text, ${flaw ?? "well"}`);
  if (flaw) {
    const sentence = flawWords(flaw, triedModel(wanted), t);
    return { kind: "wrong", sentence, isNoFiller: flaw !== "empty" };
  }
  const name = nameOf(wanted);
  const sentence = t("{0} is connected and answers in {1} ms. Type to see it.", name, ms);
  return { kind: "well", sentence };
}

async function takeBack(parts: ConnectParts, former: Former): Promise<void> {
  await writeFormer(parts, former);
  parts.reconnect(notAlone);
}

interface Told {
  readonly end: Exclude<End, { kind: "given-up" }>;
  readonly wanted: Tried;
  readonly former: Former;
}

/** Says what came of it, and does what is chosen then. */
async function tell(parts: ConnectParts, { end, wanted, former }: Told): Promise<void> {
  const again = t("Connect Another");
  const undo = t("Undo");
  const inWords = t("Ask in Words");
  const message = `Slipstream: ${end.sentence}`;
  const mayAskInWords = end.kind === "wrong" && end.isNoFiller && canBeAskedInWords(wanted);
  const more = mayAskInWords ? [inWords] : [];
  try {
    const picked =
      end.kind === "well"
        ? await vscode.window.showInformationMessage(message, undo)
        : await vscode.window.showWarningMessage(message, ...more, again, undo);
    if (picked === inWords) await connect(parts, { ...wanted, completeBy: "instruct" }, former);
    if (picked === again || picked === undo) await takeBack(parts, former); // also where no other one is picked
    if (picked === again) await connectModel(parts);
  } catch (error) {
    const { message: reason } = Failure.from(error);
    parts.log.warn(`the connection could not be changed: ${reason}`);
    void vscode.window.showWarningMessage(`Slipstream: ${reason}`);
  }
}

async function sayGatewayDecides(): Promise<void> {
  const label = t("Open Settings");
  const sentence = t(
    "Your team's gateway has the model. To connect one of your own, empty slipstream.gateway.url first.",
  );
  const picked = await vscode.window.showInformationMessage(`Slipstream: ${sentence}`, label);
  if (picked === label) await openSettings();
}

const triedModel = ({ url, model, isReached }: Tried): TriedModel => ({
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

function nameOf({ model, url }: Connection): string {
  if (model !== "") return model;
  return URL.canParse(url) ? new URL(url).host : url;
}

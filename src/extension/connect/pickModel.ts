import * as vscode from "vscode";
import type { Clock } from "../../base/clock.ts";
import { t } from "../l10n.ts";
import { isWebAddress, needsModelName, type UpstreamKind } from "../settings.ts";
import { kindOf, localProducts, offeredProviders, type Provider } from "./catalogue.ts";
import { findLocalServers, type FoundServer, lookAt } from "./modelServers.ts";
import type { OfferedModel } from "./models.ts";

/** What a person has chosen. */
export interface Choice {
  readonly kind: UpstreamKind;
  readonly url: string;
  readonly model: string;
  /** Empty for none; undefined where it was not asked for. */
  readonly key: string | undefined;
  /** Whether this window had an answer from the address. */
  readonly isReached: boolean;
}

/** The engine alone, without any model. */
const noModel: Choice = { kind: "none", url: "", model: "", key: undefined, isReached: false };

/** Where to look, and what there is already. */
export interface PickParts {
  readonly ports: readonly number[];
  readonly hasModel: boolean;
  readonly clock: Clock;
}

type Next = () => Promise<Choice | undefined>;
type Item = vscode.QuickPickItem & { readonly next?: Next };

/** A server may be busy with a model it loads. */
const localLookMs = 2_000;
const farLookMs = 4_000;
const none = new AbortController().signal;

/** Lets a person choose a model; undefined when they leave. What runs on this machine is offered first. */
export async function pickModel(parts: PickParts): Promise<Choice | undefined> {
  const { clock, ports } = parts;
  const title = t("Connect a Model");
  // Nothing can be picked before all is there: an Enter pressed early must not meet another item than it was meant for.
  const items = findLocalServers(ports, localLookMs, clock, none).then((servers) => [
    ...servers.flatMap((server) => serverItems(server, clock)),
    ...otherItems(parts),
  ]);
  const placeHolder = t("Choose the model that completes your code");
  const picked = await showWhenThere(title, placeHolder, items);
  return picked?.next?.();
}

/** As `showQuickPick`, but busy and empty until the items have come. */
async function showWhenThere(
  title: string,
  placeHolder: string,
  items: Promise<readonly Item[]>,
): Promise<Item | undefined> {
  const pick = vscode.window.createQuickPick<Item>();
  const ended = Promise.withResolvers<Item | undefined>();
  pick.title = title;
  pick.placeholder = t("Looking for model servers on this machine…");
  pick.busy = true;
  pick.matchOnDescription = true;
  pick.onDidAccept(() => {
    const [picked] = pick.selectedItems;
    if (picked) ended.resolve(picked);
  });
  pick.onDidHide(() => {
    ended.resolve(undefined);
  });
  pick.show();
  void items.then((all) => {
    pick.items = all;
    pick.placeholder = placeHolder;
    pick.busy = false;
  });
  try {
    return await ended.promise;
  } finally {
    pick.dispose();
  }
}

const separator = (label: string): Item => ({ label, kind: vscode.QuickPickItemKind.Separator });

function serverItems(server: FoundServer, clock: Clock): readonly Item[] {
  const { product, url, models, needsKey } = server;
  const { label, kinds } = localProducts[product];
  const kind = kindOf(kinds);
  const { host } = new URL(url);
  if (kind === undefined) return [];
  if (needsKey) {
    const next = () => withKey({ kinds, label, url }, clock);
    return [separator(host), { label: `$(key) ${t("{0}, with its key…", label)}`, next }];
  }
  if (models.length === 0) return [separator(t("{0} at {1} has no model yet", label, host))];
  const chosen = (model: string): Next => {
    return () => Promise.resolve({ kind, url, model, key: undefined, isReached: true });
  };
  const items = models.map((model) => modelItem(model, chosen(model.name)));
  return [separator(`${label}, ${host}`), ...items];
}

const modelItem = ({ name, canFill }: OfferedModel, next: Next): Item => ({
  label: `$(server) ${name}`,
  description: fillWords(canFill),
  next,
});

function fillWords(canFill: boolean | undefined): string {
  if (canFill === undefined) return "";
  return canFill ? t("fills in code") : t("cannot fill in code");
}

function otherItems({ hasModel, clock }: PickParts): readonly Item[] {
  const providers = offeredProviders.map((provider) => ({
    label: `$(key) ${t("{0}, with your key…", provider.label)}`,
    next: () => withKey(provider, clock),
  }));
  const address = {
    label: `$(globe) ${t("A server at another address…")}`,
    next: () => atAddress(clock),
  };
  const alone = {
    label: `$(circle-slash) ${t("No model, the embedded engine alone")}`,
    next: () => Promise.resolve(noModel),
  };
  return [separator(t("others")), address, ...providers, ...(hasModel ? [alone] : [])];
}

async function atAddress(clock: Clock): Promise<Choice | undefined> {
  const url = await vscode.window.showInputBox({
    title: t("Connect a Model"),
    prompt: t("The model server's address"),
    placeHolder: "http://192.168.1.20:8080",
    ignoreFocusOut: true,
    validateInput: (text) =>
      isWebAddress(text.trim()) ? undefined : t("An address that begins with http:// or https://"),
  });
  if (url === undefined) return undefined;
  return withKey({ kinds: [], label: url.trim(), url: url.trim() }, clock);
}

type Place = Pick<Provider, "kinds" | "label" | "url"> & Partial<Pick<Provider, "keyHeader">>;

/** Asks for the key, looks which models there are with it, and lets one be chosen. */
async function withKey(place: Place, clock: Clock): Promise<Choice | undefined> {
  let key: string | undefined;
  let found: FoundServer | undefined;
  do {
    const refused = key;
    key = await askForKey(place.label, refused);
    if (key === undefined) return undefined;
    if (key === refused) break; // some keys may ask a model and not list the models
    found = await lookWith(key, place, clock);
  } while (found?.needsKey);
  const kinds =
    place.kinds.length > 0 ? place.kinds : localProducts[found?.product ?? "other"].kinds;
  const kind = kindOf(kinds);
  if (kind === undefined) return undefined;
  const model = await pickName(found?.models ?? [], needsModelName(kind));
  if (model === undefined) return undefined;
  return { kind, url: place.url, model, key, isReached: found !== undefined };
}

async function askForKey(label: string, refused: string | undefined): Promise<string | undefined> {
  const prompt =
    refused === undefined
      ? t("The API key for {0}; empty if it needs none. It is kept in the secret storage.", label)
      : t("{0} wants a valid key: correct it, or press Enter to try it all the same.", label);
  const key = await vscode.window.showInputBox({
    ...{ title: t("Connect a Model"), prompt, password: true, ignoreFocusOut: true },
    ...(refused !== undefined && { value: refused }),
  });
  return key?.trim();
}

async function lookWith(key: string, place: Place, clock: Clock): Promise<FoundServer | undefined> {
  const headers = headersOf(key, place.keyHeader ?? "authorization");
  const look = { url: place.url, headers, timeoutMs: farLookMs };
  const title = t("Looking at {0}…", place.label);
  return vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title }, () =>
    lookAt(look, clock, none),
  );
}

function headersOf(key: string, header: Provider["keyHeader"]): Readonly<Record<string, string>> {
  if (!/^[\x21-\x7e]+$/.test(key)) return {}; // no header can hold it; the test will say so
  if (header === "authorization") return { Authorization: `Bearer ${key}` };
  return { "x-api-key": key, "anthropic-version": "2023-06-01" };
}

async function pickName(
  models: readonly OfferedModel[],
  isNeeded: boolean,
): Promise<string | undefined> {
  const title = t("Connect a Model");
  if (models.length === 0) {
    const prompt = isNeeded
      ? t("The model's name, which this server needs")
      : t("The model's name; empty where the server has only one");
    for (;;) {
      const given = await vscode.window.showInputBox({ title, prompt, ignoreFocusOut: true });
      const name = given?.trim();
      if (name !== "" || !isNeeded) return name;
    }
  }
  const items = models.map(({ name, canFill }) => ({
    label: name,
    description: fillWords(canFill),
  }));
  const placeHolder = t("Choose the model that completes your code");
  return (await vscode.window.showQuickPick(items, { title, placeHolder }))?.label;
}

import { isDeepStrictEqual } from "node:util";
import * as vscode from "vscode";
import type { Clock } from "../../base/clock.ts";
import { Failure } from "../../base/failure.ts";
import type { Configuration } from "../configuration.ts";
import { keyNameOf, type SecretName } from "../secretNames.ts";
import type { Secrets } from "../secrets.ts";
import { addressOf, defaultSettings, type ModelPlace, type Settings } from "../settings.ts";

/** A model to be asked, how, and with which key. */
export interface Connection extends ModelPlace {
  readonly model: string;
  readonly completeBy: Settings["upstream.completeBy"];
  /** Those that are asked where it is down, as they are written: what is wrong among them is kept, too. */
  readonly fallbacks: unknown;
  /** Empty for none; undefined for the one that is kept for its address, if there is one. */
  readonly key: string | undefined;
}

/** Where it is kept: the settings of this machine, and the secret storage. */
export interface ConnectionPlace {
  readonly configuration: Configuration;
  readonly secrets: Secrets;
  readonly clock: Clock;
}

/** What was set before another one is: word for word, so that it can be set again as it was. */
export interface Former {
  /** In the order in which they are set; undefined where nothing is written. */
  readonly settings: readonly (readonly [Name, unknown])[];
  /** What was kept for the other one's address, which gets another key; empty for none. */
  readonly key: { readonly name: SecretName; readonly value: string } | undefined;
}

type Name = Extract<keyof Settings, `upstream.${string}`>;

const settledMs = 5_000;
/** The kind and what is none without a kind are set last. */
const names = [
  "upstream.url",
  "upstream.model",
  "upstream.completeBy",
  "upstream.kind",
  "upstream.fallbacks",
] as const satisfies readonly Name[];

/** What is set now where this connection is to be. */
export async function readFormer(
  { secrets }: ConnectionPlace,
  wanted: Connection,
): Promise<Former> {
  const settings = names.map((name) => [name, written(name)] as const);
  const name = keyGiven(wanted);
  if (name === undefined) return { settings, key: undefined };
  return { settings, key: { name, value: (await secrets.get(name)) ?? "" } };
}

/** What the setting of fallbacks has, right or wrong. */
export const writtenFallbacks = (): unknown =>
  written("upstream.fallbacks") ?? defaultSettings["upstream.fallbacks"];

/** Which key comes with it; undefined where none does. */
function keyGiven(connection: Connection): SecretName | undefined {
  const address = addressOf(connection);
  return connection.key === undefined || address === "" ? undefined : keyNameOf(address);
}

/**
 * Sets another one and returns when it holds. Throws a `settings` failure where the editor does not take it; what was set
 * before is then set again.
 */
export async function writeConnection(place: ConnectionPlace, wanted: Connection): Promise<void> {
  const former = await readFormer(place, wanted);
  const { url, model, completeBy, kind, fallbacks, key = "" } = wanted;
  const values = [url, model, completeBy, kind, fallbacks];
  const name = keyGiven(wanted);
  const settings = names.map((each, at) => [each, unlessDefault(each, values[at])] as const);
  await place.configuration.changing(async () => {
    try {
      await write(place, { settings, key: name && { name, value: key } });
    } catch (error) {
      // What hinders the one may hinder the other, but then little was set.
      await write(place, former).catch(() => undefined);
      throw error;
    }
  });
}

/** Sets again what was set before, and keeps again what was kept. */
export async function writeFormer(place: ConnectionPlace, former: Former): Promise<void> {
  await place.configuration.changing(() => write(place, former));
}

/** The kind is turned off first and set last, so that no other window asks a half of it. */
async function write(place: ConnectionPlace, { settings, key }: Former): Promise<void> {
  await set(place, "upstream.fallbacks", undefined); // which are none without a kind
  await set(place, "upstream.kind", undefined);
  if (key) await place.secrets.set(key.name, key.value);
  for (const [name, value] of settings) await set(place, name, value);
}

/** A default is taken out rather than written. */
const unlessDefault = (name: Name, value: unknown): unknown =>
  isDeepStrictEqual(value, defaultSettings[name]) ? undefined : value;

const section = () => vscode.workspace.getConfiguration("slipstream");
const written = (name: Name): unknown => section().inspect(name)?.globalValue;

/** Writes one setting, or takes it out, and waits until the window has heard of it. */
async function set({ clock }: ConnectionPlace, name: Name, value: unknown): Promise<void> {
  const isSet = () => isDeepStrictEqual(written(name), value);
  if (isSet()) return;
  const heard = Promise.withResolvers<undefined>();
  heard.promise.catch(() => undefined);
  const watch = vscode.workspace.onDidChangeConfiguration(() => {
    if (isSet()) heard.resolve(undefined);
  });
  const timer = clock.after(settledMs, () => {
    heard.reject(new Failure("settings", `slipstream.${name} cannot be set`));
  });
  try {
    await section().update(name, value, true);
    await heard.promise;
  } catch (error) {
    throw Failure.from(error, "settings");
  } finally {
    watch.dispose();
    timer.dispose();
  }
}

import { isDeepStrictEqual } from "node:util";
import * as vscode from "vscode";
import type { Clock } from "../../base/clock.ts";
import { Failure } from "../../base/failure.ts";
import type { Configuration } from "../configuration.ts";
import { keyNameOf } from "../secretNames.ts";
import type { Secrets } from "../secrets.ts";
import { addressOf, defaultSettings, type ModelPlace, type Settings } from "../settings.ts";

/** Which model is asked, how, and with which key. */
export interface Connection extends ModelPlace {
  readonly model: string;
  readonly completeBy: Settings["upstream.completeBy"];
  /** Those that are asked where it is down. */
  readonly fallbacks: Settings["upstream.fallbacks"];
  /** Empty for none. */
  readonly key: string;
}

/** Where it is kept: the settings of this machine, and the secret storage. */
export interface ConnectionPlace {
  readonly configuration: Configuration;
  readonly secrets: Secrets;
  readonly clock: Clock;
}

const settledMs = 5_000;

/** The connection that is set now. */
export async function readConnection({
  configuration: { settings },
  secrets,
}: ConnectionPlace): Promise<Connection> {
  const place = { kind: settings["upstream.kind"], url: settings["upstream.url"] };
  return {
    ...place,
    model: settings["upstream.model"],
    completeBy: settings["upstream.completeBy"],
    fallbacks: settings["upstream.fallbacks"],
    key: await keyOf(secrets, place),
  };
}

async function keyOf(secrets: Secrets, place: ModelPlace): Promise<string> {
  const address = addressOf(place);
  return address === "" ? "" : ((await secrets.get(keyNameOf(address))) ?? "");
}

/**
 * Sets another one and returns when it holds. The kind is turned off first and set last, so that no other window asks a half of
 * it. Throws a `settings` failure where the editor does not take it; what was set before is then set again.
 */
export async function writeConnection(
  place: ConnectionPlace,
  connection: Connection,
): Promise<void> {
  const former = await readConnection(place);
  await place.configuration.changing(async () => {
    try {
      await write(place, connection);
    } catch (error) {
      // What hinders the one may hinder the other, but then little was set.
      await write(place, former).catch(() => undefined);
      throw error;
    }
  });
}

async function write(place: ConnectionPlace, connection: Connection): Promise<void> {
  const { kind, url, model, completeBy, fallbacks, key } = connection;
  await set(place, "upstream.fallbacks", []); // which are none without a kind
  await set(place, "upstream.kind", "none");
  await set(place, "upstream.url", url);
  await set(place, "upstream.model", model);
  await set(place, "upstream.completeBy", completeBy);
  const address = addressOf(connection);
  if (address !== "") await place.secrets.set(keyNameOf(address), key);
  await set(place, "upstream.kind", kind);
  await set(place, "upstream.fallbacks", fallbacks);
}

type Name = Extract<keyof Settings, `upstream.${string}`>;

/** One setting, until the window has heard of it. A default is taken out rather than written. */
async function set<N extends Name>(
  { clock }: ConnectionPlace,
  name: N,
  value: Settings[N],
): Promise<void> {
  const section = () => vscode.workspace.getConfiguration("slipstream");
  const isSet = () => isDeepStrictEqual(section().get(name), value);
  if (isSet()) return;
  const heard = Promise.withResolvers<undefined>();
  heard.promise.catch(() => undefined);
  const watch = vscode.workspace.onDidChangeConfiguration(() => {
    if (isSet()) heard.resolve(undefined);
  });
  const timer = clock.after(settledMs, () => {
    heard.reject(new Failure("settings", `slipstream.${name} cannot be set`));
  });
  const isDefault = isDeepStrictEqual(value, defaultSettings[name]);
  try {
    await section().update(name, isDefault ? undefined : value, true);
    await heard.promise;
  } catch (error) {
    throw Failure.from(error, "settings");
  } finally {
    watch.dispose();
    timer.dispose();
  }
}

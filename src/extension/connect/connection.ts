import * as vscode from "vscode";
import type { Clock } from "../../base/clock.ts";
import { Failure } from "../../base/failure.ts";
import type { Configuration } from "../configuration.ts";
import type { Secrets } from "../secrets.ts";
import { defaultSettings, type UpstreamKind } from "../settings.ts";

/** Which model is asked, and with which key. */
export interface Connection {
  readonly kind: UpstreamKind;
  readonly url: string;
  readonly model: string;
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
  return {
    kind: settings["upstream.kind"],
    url: settings["upstream.url"],
    model: settings["upstream.model"],
    key: (await secrets.get("upstreamKey")) ?? "",
  };
}

/**
 * Sets another one and returns when it holds. The kind is turned off first and set last, so that no key meets an
 * address that it was not given for, in other windows either. Throws a `settings` failure where the editor does not take it.
 */
export async function writeConnection(
  place: ConnectionPlace,
  connection: Connection,
): Promise<void> {
  const { kind, url, model, key } = connection;
  await place.configuration.changing(async () => {
    await set(place, "upstream.kind", "none");
    await place.secrets.set("upstreamKey", key);
    await set(place, "upstream.url", url);
    await set(place, "upstream.model", model);
    await set(place, "upstream.kind", kind);
  });
}

type Name = "upstream.kind" | "upstream.url" | "upstream.model";

/** One setting, until the window has heard of it. A default is taken out rather than written. */
async function set({ clock }: ConnectionPlace, name: Name, value: string): Promise<void> {
  const section = () => vscode.workspace.getConfiguration("slipstream");
  const isSet = () => section().get(name) === value;
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
    await section().update(name, value === defaultSettings[name] ? undefined : value, true);
    await heard.promise;
  } catch (error) {
    throw Failure.from(error, "settings");
  } finally {
    watch.dispose();
    timer.dispose();
  }
}

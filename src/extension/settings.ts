import * as z from "zod/mini";
import { Failure } from "../base/failure.ts";

const section = "slipstream";

/** The kinds of model that this version can ask. */
export const upstreamKinds = ["none", "openai-compatible", "llama.cpp", "gguf"] as const;
export type UpstreamKind = (typeof upstreamKinds)[number];
const suggestions = ["quiet", "balanced", "eager"] as const;

const webAddress = z.string().check(z.regex(/^https?:\/\/\S+$/));
const linkAddress = z.string().check(z.regex(/^wss?:\/\/\S+$/));
const empty = z.literal("");

/** Every setting by its full name, with what it takes in words people read. */
const schemas = {
  enabled: [z.boolean(), "true or false"],
  speculation: [z.boolean(), "true or false"],
  languages: [z.record(z.string(), z.boolean()), "language ids with true or false"],
  "engine.suggestions": [z.enum(suggestions), `one of ${suggestions.join(", ")}`],
  "engine.skipModelWhenSure": [z.boolean(), "true or false"],
  "gateway.url": [z.union([empty, linkAddress]), "an address that begins with ws:// or wss://"],
  "upstream.kind": [z.enum(upstreamKinds), `one of ${upstreamKinds.join(", ")}`],
  "upstream.url": [z.union([empty, webAddress]), "an address that begins with http:// or https://"],
  "upstream.model": [z.string(), "a model's name, or for gguf the path of its file"],
  "upstream.nodeLlamaCppFolder": [z.string(), "the path of a folder"],
  "upstream.firstTextTimeoutMs": [
    z.number().check(z.gte(100), z.lte(14_000)),
    "milliseconds from 100 to 14000",
  ],
  "upstream.maxTokens": [z.int().check(z.gte(1), z.lte(1_024)), "a whole number from 1 to 1024"],
} as const satisfies Record<string, readonly [z.ZodMiniType, string]>;

type Schemas = typeof schemas;

/** The settings, checked. Names are those people write after `slipstream.`. */
export type Settings = { readonly [Name in keyof Schemas]: z.infer<Schemas[Name][0]> };

/** What a setting has when nobody has set it, or set it wrongly. The same as in package.json. */
export const defaultSettings: Settings = {
  enabled: true,
  speculation: true,
  languages: {},
  "engine.suggestions": "balanced",
  "engine.skipModelWhenSure": false,
  "gateway.url": "",
  "upstream.kind": "none",
  "upstream.url": "",
  "upstream.model": "",
  "upstream.nodeLlamaCppFolder": "",
  "upstream.firstTextTimeoutMs": 10_000,
  "upstream.maxTokens": 96,
};

const address = { setting: "upstream.url", what: "the server's address" } as const;

/** What each kind of model cannot be without. */
const neededFor = {
  none: undefined,
  "openai-compatible": address,
  "llama.cpp": address,
  gguf: { setting: "upstream.model", what: "the path of the model's file" },
} as const;

/**
 * Checks each setting. A wrong one is told in a `settings` failure, all in one sentence, and its default
 * holds meanwhile, so that one bad value does not turn everything off.
 */
export function parseSettings(read: (name: string) => unknown): {
  settings: Settings;
  failure: Failure | undefined;
} {
  const wrong: string[] = [];
  const settings: Record<string, unknown> = { ...defaultSettings };
  for (const [name, [schema, takes]] of Object.entries(schemas)) {
    const value = read(name);
    if (value === undefined) continue;
    const parsed = z.safeParse(schema, value);
    if (parsed.success) settings[name] = parsed.data;
    else wrong.push(`${section}.${name} takes ${takes}`);
  }
  const checked = settings as Settings;
  const needed = neededFor[checked["upstream.kind"]];
  const isMissing = needed && (read(needed.setting) ?? "") === "";
  if (isMissing && checked["gateway.url"] === "") {
    wrong.push(`${section}.upstream.kind needs ${section}.${needed.setting}, ${needed.what}`);
  }
  const failure =
    wrong.length === 0 ? undefined : new Failure("settings", `Settings: ${wrong.join("; ")}.`);
  return { settings: checked, failure };
}

/** Whether what a model cannot be without is set; never where there is none. */
export function hasModel(settings: Settings): boolean {
  const needed = neededFor[settings["upstream.kind"]];
  return needed !== undefined && settings[needed.setting] !== "";
}

/** Whether a text can be the address of a model server. */
export const isWebAddress = (text: string): boolean => z.safeParse(webAddress, text).success;

/** Whether completions are on for a language; `*` stands for every language not named. */
export function isLanguageOn(settings: Settings, languageId: string): boolean {
  return settings.languages[languageId] ?? settings.languages["*"] ?? true;
}

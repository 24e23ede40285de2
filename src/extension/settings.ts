import { isDeepStrictEqual } from "node:util";
import * as z from "zod/mini";
import { Failure } from "../base/failure.ts";
import { priceSchema } from "../latency/prices.ts";

const section = "slipstream";

/** Those that a server has. */
const serverKinds = [
  "openai-responses",
  "openai-compatible",
  "llama.cpp",
  "ollama",
  "mistral",
  "anthropic",
] as const;
/** The kinds of model that this version can ask. */
export const upstreamKinds = ["none", ...serverKinds, "gguf"] as const;
export type UpstreamKind = (typeof upstreamKinds)[number];
const waysToComplete = ["auto", "fim", "instruct"] as const;
const lanes = ["auto", "on", "off"] as const;
const suggestions = ["quiet", "balanced", "eager"] as const;

const webAddressForm = /^https?:\/\/\S+$/;
const linkAddressForm = /^wss?:\/\/\S+$/;

/**
 * What each setting takes, by its full name, with words for people. Made when something is set, which most people do not do:
 * to make and to use it takes about 2 ms of a window's first start.
 */
function makeSchemas() {
  const webAddress = z.string().check(z.regex(webAddressForm));
  const linkAddress = z.string().check(z.regex(linkAddressForm));
  const empty = z.literal("");

  const upstream = z.object({
    kind: z.enum(serverKinds),
    url: webAddress,
    model: z._default(z.string(), ""),
  });

  return {
    enabled: [z.boolean(), "true or false"],
    speculation: [z.boolean(), "true or false"],
    languages: [z.record(z.string(), z.boolean()), "language ids with true or false"],
    prices: [
      z.record(z.string(), priceSchema),
      "models' names, each with the price of a million tokens as input and output, and cachedInput if you like",
    ],
    "engine.suggestions": [z.enum(suggestions), `one of ${suggestions.join(", ")}`],
    "engine.skipModelWhenSure": [z.boolean(), "true or false"],
    "gateway.url": [z.union([empty, linkAddress]), "an address that begins with ws:// or wss://"],
    "gateway.moreUrls": [
      z.array(linkAddress),
      "a list of addresses that begin with ws:// or wss://",
    ],
    "upstream.kind": [z.enum(upstreamKinds), `one of ${upstreamKinds.join(", ")}`],
    "upstream.url": [
      z.union([empty, webAddress]),
      "an address that begins with http:// or https://",
    ],
    "upstream.model": [z.string(), "a model's name, or for gguf the path of its file"],
    "upstream.completeBy": [z.enum(waysToComplete), `one of ${waysToComplete.join(", ")}`],
    "upstream.nodeLlamaCppFolder": [z.string(), "the path of a folder"],
    "upstream.lanes": [z.enum(lanes), `one of ${lanes.join(", ")}`],
    "upstream.interrupts": [z.boolean(), "true or false"],
    "upstream.fallbacks": [z.array(upstream), "a list of objects with kind, url and model"],
    "upstream.hedging": [z.boolean(), "true or false"],
    "upstream.firstTextTimeoutMs": [
      z.number().check(z.gte(100), z.lte(14_000)),
      "milliseconds from 100 to 14000",
    ],
    "upstream.maxTokens": [z.int().check(z.gte(1), z.lte(1_024)), "a whole number from 1 to 1024"],
  } as const satisfies Record<string, SettingSchema>;
}

type SettingSchema = readonly [z.ZodMiniType, string];
type Schemas = ReturnType<typeof makeSchemas>;

/** The settings, checked. Names are those people write after `slipstream.`. */
export type Settings = { readonly [Name in keyof Schemas]: z.infer<Schemas[Name][0]> };

/** What a setting has when nobody has set it, or set it wrongly. The same as in package.json. */
export const defaultSettings: Settings = {
  enabled: true,
  speculation: true,
  languages: {},
  prices: {},
  "engine.suggestions": "balanced",
  "engine.skipModelWhenSure": false,
  "gateway.url": "",
  "gateway.moreUrls": [],
  "upstream.kind": "none",
  "upstream.url": "",
  "upstream.model": "",
  "upstream.completeBy": "auto",
  "upstream.nodeLlamaCppFolder": "",
  "upstream.lanes": "auto",
  "upstream.interrupts": false,
  "upstream.fallbacks": [],
  "upstream.hedging": false,
  "upstream.firstTextTimeoutMs": 10_000,
  "upstream.maxTokens": 96,
};

const address = { setting: "upstream.url", what: "the server's address" } as const;
const modelName = { setting: "upstream.model", what: "the model's name" } as const;

/** What each kind of model cannot be without. */
const neededFor = {
  none: undefined,
  "openai-compatible": address,
  "llama.cpp": address,
  "openai-responses": modelName,
  ollama: modelName,
  mistral: modelName,
  anthropic: modelName,
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
  const isSet = ([name, itsDefault]: [string, unknown]) => {
    const value = read(name);
    return value !== undefined && !isDeepStrictEqual(value, itsDefault);
  };
  const schemas = Object.entries(defaultSettings).some(isSet) ? makeSchemas() : {};
  for (const [name, [schema, takes]] of Object.entries<SettingSchema>(schemas)) {
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
  if (checked["gateway.moreUrls"].length > 0 && checked["gateway.url"] === "") {
    wrong.push(`${section}.gateway.moreUrls needs ${section}.gateway.url, the first gateway`);
  }
  if (checked["upstream.fallbacks"].length > 0 && checked["upstream.kind"] === "none") {
    wrong.push(`${section}.upstream.fallbacks needs ${section}.upstream.kind, the first model`);
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

/** Where a kind of model is asked when no address is set; the gateway knows the same. */
const usualAddresses: Readonly<Partial<Record<UpstreamKind, string>>> = {
  "openai-responses": "https://api.openai.com/v1",
  ollama: "http://127.0.0.1:11434",
  mistral: "https://api.mistral.ai",
  anthropic: "https://api.anthropic.com",
};

/** A model by where it is set to be asked. */
export interface ModelPlace {
  readonly kind: UpstreamKind;
  /** Empty for the kind's usual address. */
  readonly url: string;
}

/** Where a model is asked; empty for one that is not asked over a network. */
export const addressOf = ({ kind, url }: ModelPlace): string =>
  url === "" ? (usualAddresses[kind] ?? "") : url;

/** The addresses of all models that are set, the first one's in front, each once. */
export function modelAddresses(settings: Settings): readonly string[] {
  const first = { kind: settings["upstream.kind"], url: settings["upstream.url"] };
  const addresses = [first, ...settings["upstream.fallbacks"]].map(addressOf);
  return [...new Set(addresses)].filter((each) => each !== "");
}

/** Whether a kind of model cannot be without the model's name. */
export const needsModelName = (kind: UpstreamKind): boolean =>
  neededFor[kind]?.setting === "upstream.model";

/** The addresses of the team's gateways, the first one in front; none where the window's own is used. */
export function gatewayAddresses(settings: Settings): readonly string[] {
  const first = settings["gateway.url"];
  return first === "" ? [] : [...new Set([first, ...settings["gateway.moreUrls"]])];
}

/** Whether a text can be the address of a gateway. */
export const isLinkAddress = (text: string): boolean => linkAddressForm.test(text);

/** Whether a text can be the address of a model server. */
export const isWebAddress = (text: string): boolean => webAddressForm.test(text);

/** Whether a host, as a `URL` has it, is the machine that the window runs on. */
export const isLoopback = (hostname: string): boolean =>
  /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);

/** Whether completions are on for a language; `*` stands for every language not named. */
export function isLanguageOn(settings: Settings, languageId: string): boolean {
  return settings.languages[languageId] ?? settings.languages["*"] ?? true;
}

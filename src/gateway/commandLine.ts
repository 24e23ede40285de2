import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { Failure } from "../base/failure.ts";
import { defaultChoosing, defaultLimits } from "./choosing/upstreams.ts";
import { kindsOfNamedModels, type ModelsSettings, parseConfig } from "./configFile.ts";
import {
  laneChoices,
  type NetworkSettings,
  networkKinds,
  usualUrls,
  waysToComplete,
} from "./upstreams/upstream.ts";

export const usage = `slipstream-gateway --listen HOST:PORT --token-file FILE --upstream KIND [--upstream-url URL]
  --token-file FILE       one tenant:sha256(token) a line; read again when it changes
  --upstream KIND         ${networkKinds.join(", ")}
  --upstream-url URL      the model server's base address; ${Object.keys(usualUrls).join(", ")} have a usual one
  --upstream-model NAME   the model to ask for; ${[...kindsOfNamedModels].join(", ")} need one
  --complete-by WAY       auto, fim (the server's own marks) or instruct (by chat)
  --first-text-timeout-ms N   longest wait for the model's first text (10000)
  --max-tokens N          longest answer (96)
  --upstream-lanes CHOICE     auto, on or off: several answers at once on one socket (openai-responses)
  --upstream-interrupts       ask for abandoned answers to be stopped (openai-responses)
  --config FILE           instead of these: JSON with several upstreams, in the order in which they are asked
  --tls-cert FILE --tls-key FILE   serve wss://; without them only loopback addresses are listened on
  --behind-proxy          listen on other addresses without TLS: a proxy in front has it
The model's API key is read from the environment variable SLIPSTREAM_UPSTREAM_KEY; in a configuration each
upstream names its own:
  {"upstreams": [{"kind": "llama.cpp", "url": "http://gpu:8080", "maxRequests": 4},
                 {"kind": "openai-compatible", "url": "https://api.example.com", "model": "coder",
                  "keyEnvironment": "EXAMPLE_KEY", "firstTextTimeoutMs": 10000, "maxTokens": 96,
                  "completeBy": "auto", "lanes": "auto", "interrupts": false}],
   "tryTimeoutMs": 3000, "hedging": false,
   "limits": {"requestsPerTenant": 1024, "waitingPerTenant": 256, "waitMs": 2000}}`;

/** What a hosted gateway was told to do. */
export interface HostedSettings {
  readonly host: string;
  readonly port: number;
  readonly tokenFile: string;
  readonly tls: { readonly cert: Buffer; readonly key: Buffer } | undefined;
  readonly models: ModelsSettings;
}

const options = {
  listen: { type: "string" },
  "token-file": { type: "string" },
  "tls-cert": { type: "string" },
  "tls-key": { type: "string" },
  "behind-proxy": { type: "boolean" },
  upstream: { type: "string" },
  "upstream-url": { type: "string" },
  "upstream-model": { type: "string" },
  "complete-by": { type: "string" },
  "first-text-timeout-ms": { type: "string" },
  "max-tokens": { type: "string" },
  "upstream-lanes": { type: "string" },
  "upstream-interrupts": { type: "boolean" },
  config: { type: "string" },
} as const;

type Values = Partial<Record<keyof typeof options, string | boolean>>;

/** Reads the command line of a hosted gateway. Throws a `settings` failure that says what to mend. */
export function parseCommandLine(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
): HostedSettings {
  const values = readValues(args);
  const { host, port } = parseListen(required(values, "listen"));
  const tls = readTls(values);
  if (!tls && values["behind-proxy"] !== true && !isLoopback(host)) {
    throw wrong(
      `${host} is not a loopback address: give --tls-cert and --tls-key, or --behind-proxy`,
    );
  }
  return {
    host,
    port,
    tls,
    tokenFile: required(values, "token-file"),
    models: readModels(values, environment),
  };
}

/** Those that a configuration takes the place of. */
const upstreamOptions = [
  "upstream",
  "upstream-url",
  "upstream-model",
  "complete-by",
  "first-text-timeout-ms",
  "max-tokens",
  "upstream-lanes",
  "upstream-interrupts",
] as const;

function readModels(values: Values, environment: NodeJS.ProcessEnv): ModelsSettings {
  const config = text(values, "config");
  if (config !== undefined) {
    const beside = upstreamOptions.find((name) => values[name] !== undefined);
    if (beside !== undefined) throw wrong(`--config and --${beside} do not go together`);
    return parseConfig(readSmallFile(config).toString(), environment);
  }
  const settings = readUpstream(values, environment["SLIPSTREAM_UPSTREAM_KEY"]);
  return { upstreams: [{ settings, limits: defaultLimits }], choosing: defaultChoosing };
}

function readUpstream(values: Values, apiKey: string | undefined): NetworkSettings {
  const kind = oneOf(networkKinds, "upstream", required(values, "upstream"));
  const common = {
    url: usualUrls[kind] ? (text(values, "upstream-url") ?? "") : required(values, "upstream-url"),
    model: text(values, "upstream-model") ?? "",
    completeBy: oneOf(waysToComplete, "complete-by", text(values, "complete-by") ?? "auto"),
    apiKey,
    firstTextTimeoutMs: positive(values, "first-text-timeout-ms", 10_000),
    maxTokens: positive(values, "max-tokens", 96),
  };
  if (kindsOfNamedModels.has(kind)) required(values, "upstream-model");
  if (kind !== "openai-responses") return { kind, ...common };
  const lanes = oneOf(laneChoices, "upstream-lanes", text(values, "upstream-lanes") ?? "auto");
  const interrupts = values["upstream-interrupts"] === true;
  return { kind, ...common, lanes, interrupts };
}

const wrong = (message: string): Failure => new Failure("settings", message);

function readValues(args: readonly string[]): Values {
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    // What Node adds, how to write arguments that begin with a dash, helps nobody here.
    throw wrong(Failure.from(error).message.replace(/(\.? To specify|\n)[^]*/, ""));
  }
}

function text(values: Values, name: keyof Values): string | undefined {
  const value = values[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

function required(values: Values, name: keyof Values): string {
  const value = text(values, name);
  if (value === undefined) throw wrong(`--${name} is missing`);
  return value;
}

function positive(values: Values, name: keyof Values, otherwise: number): number {
  const value = text(values, name);
  if (value === undefined) return otherwise;
  if (!/^[1-9]\d{0,8}$/.test(value)) throw wrong(`--${name} takes a whole number above 0`);
  return Number(value);
}

function parseListen(value: string): { host: string; port: number } {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^:[\]]+)):(\d{1,5})$/i.exec(value);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host === undefined || port > 65_535) throw wrong("--listen takes HOST:PORT");
  return { host, port };
}

const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);

function oneOf<T extends string>(choices: readonly T[], name: string, value: string): T {
  const choice = choices.find((each) => each === value);
  if (choice === undefined)
    throw wrong(`--${name} takes one of ${choices.join(", ")}, not ${value}`);
  return choice;
}

function readTls(values: Values): HostedSettings["tls"] {
  const cert = text(values, "tls-cert");
  const key = text(values, "tls-key");
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined) throw wrong("--tls-cert and --tls-key go together");
  const tls = { cert: readSmallFile(cert), key: readSmallFile(key) };
  if (!isPair(tls))
    throw wrong("--tls-cert and --tls-key are not a certificate and its key, as PEM");
  return tls;
}

function isPair(tls: NonNullable<HostedSettings["tls"]>): boolean {
  try {
    return new X509Certificate(tls.cert).checkPrivateKey(createPrivateKey(tls.key));
  } catch {
    return false;
  }
}

function readSmallFile(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw wrong(`${path} cannot be read: ${Failure.from(error).message}`);
  }
}

import * as z from "zod/mini";
import { Failure } from "../base/failure.ts";
import type { ChoosingSettings } from "./choosing/race.ts";
import { defaultChoosing, defaultLimits } from "./choosing/upstreams.ts";
import type { GateLimits } from "./load/gate.ts";
import {
  laneChoices,
  networkKinds,
  type NetworkSettings,
  type ResponsesSettings,
  usualUrls,
  waysToComplete,
} from "./upstreams/upstream.ts";

/** Those whose server has many models and answers for none of its own choice. */
export const kindsOfNamedModels: ReadonlySet<NetworkSettings["kind"]> = new Set<
  NetworkSettings["kind"]
>(["openai-responses", "ollama", "mistral", "anthropic"]);

/** The model servers of a hosted gateway, in the order in which they are asked, and how they are shared out. */
export interface ModelsSettings {
  readonly upstreams: readonly {
    readonly settings: NetworkSettings;
    readonly limits: GateLimits;
  }[];
  readonly choosing: ChoosingSettings;
}

const count = z.int().check(z.gte(1), z.lte(1_000_000));
const countWords = "a whole number from 1 to 1000000";
const text = z.string().check(z.minLength(1));

/** Each field with what it takes, in words people read. Those without a default must be there. */
type Fields = Record<string, readonly [z.ZodMiniType, string]>;

const upstreamFields = {
  kind: [z.enum(networkKinds), `one of ${networkKinds.join(", ")}`],
  url: [z._default(z.string(), ""), "the server's address"],
  model: [z._default(z.string(), ""), "a model's name"],
  completeBy: [z._default(z.enum(waysToComplete), "auto"), `one of ${waysToComplete.join(", ")}`],
  lanes: [z._default(z.enum(laneChoices), "auto"), `one of ${laneChoices.join(", ")}`],
  interrupts: [z._default(z.boolean(), false), "true or false"],
  keyEnvironment: [z.optional(text), "the name of an environment variable"],
  firstTextTimeoutMs: [z._default(count, 10_000), countWords],
  maxTokens: [z._default(count, 96), countWords],
  maxRequests: [z._default(count, defaultLimits.requests), countWords],
} as const satisfies Fields;

const limitFields = {
  requestsPerTenant: [z._default(count, defaultLimits.requestsPerTenant), countWords],
  waitingPerTenant: [z._default(count, defaultLimits.waitingPerTenant), countWords],
  waitMs: [z._default(count, defaultLimits.waitMs), countWords],
} as const satisfies Fields;

const fileFields = {
  upstreams: [z.array(z.unknown()).check(z.minLength(1)), "a list with one upstream or more"],
  hedging: [z._default(z.boolean(), defaultChoosing.isHedging), "true or false"],
  tryTimeoutMs: [z._default(count, defaultChoosing.tryTimeoutMs), countWords],
  limits: [z.optional(z.unknown()), "an object"],
} as const satisfies Fields;

type Values<F extends Fields> = { readonly [Name in keyof F]: z.infer<F[Name][0]> };

/**
 * Reads the text of a `--config` file. Throws one `settings` failure that names every mistake in it, and no key: those come from the
 * environment.
 */
export function parseConfig(json: string, environment: NodeJS.ProcessEnv): ModelsSettings {
  const wrong: string[] = [];
  const file = fieldsOf(fileFields, parse(json), "", wrong);
  const limits = fieldsOf(limitFields, file.limits ?? {}, "limits.", wrong);
  const upstreams = file.upstreams?.map((each, index) => {
    const where = `upstreams[${index}].`;
    const { keyEnvironment: name, ...fields } = fieldsOf(upstreamFields, each, where, wrong);
    if (fields.url === "" && fields.kind && !usualUrls[fields.kind])
      wrong.push(`${where}url takes the server's address`);
    if (fields.model === "" && fields.kind && kindsOfNamedModels.has(fields.kind))
      wrong.push(`${where}model takes the model's name: ${fields.kind} has no usual one`);
    const apiKey = name === undefined ? undefined : environment[name];
    if (name !== undefined && !apiKey)
      wrong.push(`${where}keyEnvironment: the environment has no ${name}`);
    return { ...fields, apiKey };
  });
  if (wrong.length > 0) throw new Failure("settings", `the configuration: ${wrong.join("; ")}`);
  return modelsOf({ ...file, upstreams, limits } as Checked);
}

/** One upstream, with all that any kind may have. */
type Given = Omit<ResponsesSettings, "kind"> & { readonly kind: NetworkSettings["kind"] };

/** A file in which nothing is wrong. */
interface Checked extends Omit<Values<typeof fileFields>, "upstreams" | "limits"> {
  readonly upstreams: readonly (Given & { readonly maxRequests: number })[];
  readonly limits: Values<typeof limitFields>;
}

function modelsOf({ upstreams, limits, tryTimeoutMs, hedging }: Checked): ModelsSettings {
  return {
    upstreams: upstreams.map(({ maxRequests, ...settings }) => ({
      settings: own(settings),
      limits: { ...limits, requests: maxRequests },
    })),
    choosing: { tryTimeoutMs, isHedging: hedging },
  };
}

/** Without what is for another kind. */
function own({ lanes, interrupts, ...common }: Given): NetworkSettings {
  const { kind } = common;
  return kind === "openai-responses" ? { ...common, kind, lanes, interrupts } : { ...common, kind };
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch (error) {
    // Node quotes the text, which may hold what somebody took for the place of a key.
    const { message } = Failure.from(error);
    const where = /\(line \d+ column \d+\)/.exec(message)?.[0] ?? "";
    throw new Failure("settings", `the configuration is no JSON ${where}`.trim());
  }
}

/** The fields of one object; those that are wrong are told in `wrong` and left out. */
function fieldsOf<F extends Fields>(
  fields: F,
  value: unknown,
  where: string,
  wrong: string[],
): Partial<Values<F>> {
  const object = z.record(z.string(), z.unknown()).safeParse(value).data;
  if (!object) {
    wrong.push(`${where.slice(0, -1) || "the file"} takes an object`);
    return {};
  }
  for (const name of Object.keys(object)) {
    if (!Object.hasOwn(fields, name))
      wrong.push(`${where}${name} is none of ${Object.keys(fields).join(", ")}`);
  }
  const values: Record<string, unknown> = {};
  for (const [name, [schema, takes]] of Object.entries(fields)) {
    const parsed = z.safeParse(schema, object[name]);
    if (parsed.success) values[name] = parsed.data;
    else wrong.push(`${where}${name} takes ${takes}`);
  }
  return values as Partial<Values<F>>;
}

import { once } from "node:events";
import * as net from "node:net";
import { deadline } from "../../base/abort.ts";
import type { Clock } from "../../base/clock.ts";
import { under } from "../../base/under.ts";
import type { ProductName } from "./catalogue.ts";
import { getJson, type Reply } from "./getJson.ts";
import {
  isProps,
  isVersion,
  likeliestFirst,
  type OfferedModel,
  readLmStudioList,
  readOllamaList,
  readOllamaModel,
  readOpenaiList,
} from "./models.ts";

/** A model server that answers. */
export interface FoundServer {
  readonly product: ProductName;
  /** Its base address. */
  readonly url: string;
  /** Empty where it did not say. */
  readonly models: readonly OfferedModel[];
  /** It wants a key, or another one, before it says anything. */
  readonly needsKey: boolean;
}

/** Where and how to look. */
export interface Look {
  readonly url: string;
  /** Said with each question, such as the key. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The longest look; what has not been answered by then counts as nothing. */
  readonly timeoutMs: number;
}

/** By these paths model servers are told apart. */
const paths = ["/v1/models", "/props", "/api/version", "/api/tags", "/api/v0/models", "/version"];
/** Of so many of its models Ollama is asked what they can do. */
const askedModels = 24;

/** A port of this machine where somebody listens takes a connection at once; Windows is slow to say that nobody does. */
const connectMs = 1_000;

/**
 * Which of the ports of this machine have a model server, looked at all at once. Only where somebody listens answers are waited
 * for, for `timeoutMs` at most. What a server is follows from what it answers, never from its port.
 */
export async function findLocalServers(
  ports: readonly number[],
  timeoutMs: number,
  clock: Clock,
  parent: AbortSignal,
): Promise<readonly FoundServer[]> {
  const host = "127.0.0.1";
  const looks = ports.map(async (port) => {
    if (!(await isListening({ host, port }, clock, parent))) return undefined;
    return lookAt({ url: `http://${host}:${port}`, timeoutMs }, clock, parent);
  });
  // One of no known make that wants a key may be anything.
  const found = (await Promise.all(looks)).filter((server) => server !== undefined);
  return found.filter(({ product, needsKey }) => product !== "other" || !needsKey);
}

async function isListening(
  address: { readonly host: string; readonly port: number },
  clock: Clock,
  parent: AbortSignal,
): Promise<boolean> {
  const limit = deadline(parent, clock, connectMs, "a connection");
  const socket = net.connect(address);
  try {
    await once(socket, "connect", { signal: limit.signal });
    return true;
  } catch {
    return false;
  } finally {
    limit.dispose();
    socket.destroy();
  }
}

/** What model server is at an address; undefined when none that is known. Never rejects. */
export async function lookAt(
  look: Look,
  clock: Clock,
  parent: AbortSignal,
): Promise<FoundServer | undefined> {
  const limit = deadline(parent, clock, look.timeoutMs, "a model server's answer");
  const { signal } = limit;
  try {
    const replies = new Map<string, Reply>();
    await Promise.all(
      paths.map(async (path) => {
        const reply = await ask(look, path, signal);
        if (reply) replies.set(path, reply);
      }),
    );
    const found = identify((path) => replies.get(path));
    if (!found) return undefined;
    const models =
      found.product === "ollama" ? await detailed(look, found.models, signal) : found.models;
    return { ...found, url: look.url, models: likeliestFirst(models) };
  } finally {
    limit.dispose();
  }
}

/** What the answers say of who gave them. Other servers' paths are tried too: an answer of another form says nothing. */
function identify(
  replyTo: (path: string) => Reply | undefined,
): Omit<FoundServer, "url"> | undefined {
  const said = (path: string): unknown => {
    const reply = replyTo(path);
    return reply?.status === 200 ? reply.json : undefined;
  };
  const openai = readOpenaiList(said("/v1/models"));
  const needsKey = !openai && isRefusal(replyTo("/v1/models"));
  const models = openai?.models ?? [];
  if (isProps(said("/props")) || openai?.owner === "llamacpp") {
    return { product: "llama-server", models, needsKey };
  }
  const ollama = readOllamaList(said("/api/tags"));
  if (ollama && isVersion(said("/api/version"))) {
    return { product: "ollama", models: ollama, needsKey: false };
  }
  const lmStudio = readLmStudioList(said("/api/v0/models"));
  if (lmStudio) return { product: "lm-studio", models: lmStudio, needsKey };
  const isVllm = openai ? openai.owner === "vllm" : needsKey && isVersion(said("/version"));
  if (isVllm) return { product: "vllm", models, needsKey };
  // Whoever lists models as OpenAI does mostly answers as OpenAI does.
  return openai || needsKey ? { product: "other", models, needsKey } : undefined;
}

const isRefusal = (reply: Reply | undefined): boolean =>
  reply !== undefined && (reply.status === 401 || reply.status === 403) && isObject(reply.json);

const isObject = (value: unknown): boolean => typeof value === "object" && value !== null;

/** With what Ollama says each model can do, as far as it says so in time; without those that write no text. */
async function detailed(
  look: Look,
  models: readonly OfferedModel[],
  signal: AbortSignal,
): Promise<readonly OfferedModel[]> {
  const asked = models.slice(0, askedModels).map(async (model) => {
    const reply = await ask(look, "/api/show", signal, { model: model.name });
    const { canFill, writesText } = readOllamaModel(reply?.json);
    return writesText ? [{ ...model, canFill }] : [];
  });
  return [...(await Promise.all(asked)).flat(), ...models.slice(askedModels)];
}

/** Undefined where nothing answers in time. */
async function ask(
  { url, headers = {} }: Look,
  path: string,
  signal: AbortSignal,
  body?: unknown,
): Promise<Reply | undefined> {
  try {
    return await getJson({ url: under(new URL(url), path), headers, body }, signal);
  } catch {
    return undefined;
  }
}

import type { UpstreamRecord } from "./upstreamScript.ts";
import type { EventOptions, Events } from "./scriptedAnswer.ts";
import { anthropicEvents, ollamaEvents } from "./scriptedOthers.ts";

/** The answer of whichever server has such a path. */
export function eventsFor(options: EventOptions): Events {
  const path = options.path.replace(/\?.*/, "");
  if (path === "/api/generate" || path === "/api/chat") return ollamaEvents(options);
  if (path === "/v1/messages") return anthropicEvents(options);
  if (path === "/infill" || path === "/completion") return llamaEvents(options);
  return openaiEvents(options);
}

/** What each path must be given; there are no others. */
const required: Readonly<Record<string, readonly string[]>> = {
  "/infill": ["input_prefix", "input_suffix"],
  "/completion": ["prompt"],
  "/v1/completions": ["prompt"],
  "/beta/completions": ["prompt", "model"],
  "/v1/chat/completions": ["messages"],
  "/chat/completions": ["messages", "model"],
  "/v1/fim/completions": ["prompt", "model"],
  "/api/generate": ["model", "prompt"],
  "/api/chat": ["model", "messages"],
  "/v1/messages": ["model", "messages", "max_tokens"],
};

/** Fields that Mistral's service knows; it refuses others. */
const mistralFields = ["model", "prompt", "suffix", "max_tokens", "temperature", "stream", "stop"];

/** The refusal of a request that a real server would refuse; `model` is the one it has, where it has only one. */
export function refusalOf(
  { path, body, headers }: Pick<UpstreamRecord, "path" | "body" | "headers">,
  model: string | undefined,
): { readonly status: number; readonly body: unknown } | undefined {
  const where = path.replace(/\?.*/, "");
  const needed = required[where];
  const error = (message: string, type: string, code: unknown) => ({
    error: { message, type, code },
  });
  if (!needed) return { status: 404, body: error("File Not Found", "not_found_error", 404) };
  const missing = needed.find((key) => !(key in body));
  if (missing) {
    const message = `[json.exception.out_of_range.403] key '${missing}' not found`;
    return { status: 500, body: error(message, "server_error", 500) };
  }
  const unknown = Object.keys(body).find((key) => !mistralFields.includes(key));
  if (where === "/v1/fim/completions" && unknown !== undefined)
    return { status: 422, body: { detail: `extra field ${unknown}` } };
  if (where === "/v1/messages" && headers["anthropic-version"] === undefined)
    return {
      status: 400,
      body: error("anthropic-version is required", "invalid_request_error", 0),
    };
  if (Array.isArray(body["stop"]) && body["stop"].length > 4)
    return { status: 400, body: error("too many stops", "invalid_request_error", "stop") };
  if (model === undefined || body["model"] === model) return undefined;
  const message = `The model \`${String(body["model"])}\` does not exist`;
  if (where.startsWith("/api/")) return { status: 404, body: { error: message } };
  return { status: 404, body: error(message, "invalid_request_error", "model_not_found") };
}

/** Server-sent events as OpenAI and llama-server write them. */
const sse = {
  mediaType: "text/event-stream",
  dataPrefix: "data: ",
  begin: "",
  error: (error: unknown) => dataLine({ error }),
};

/** llama-server's own: ends with the stop event, which repeats the prompt; there is no `[DONE]`. */
function llamaEvents({ path, body, tokens, counted, stop }: EventOptions): Events {
  const frames = tokens.map((content, at) => ({
    index: 0,
    content,
    tokens: [2154 + at],
    stop: false,
    id_slot: -1,
    tokens_predicted: at + 1,
    tokens_evaluated: counted.inputTokens,
  }));
  const seen = path.startsWith("/infill")
    ? `<fim_prefix>${text(body, "input_prefix")}${text(body, "prompt")}<fim_suffix>${text(body, "input_suffix")}<fim_middle>`
    : text(body, "prompt");
  const last = {
    index: 0,
    content: "",
    tokens: [],
    id_slot: 0,
    stop: true,
    model: "scripted.gguf",
    tokens_predicted: tokens.length,
    tokens_evaluated: counted.inputTokens,
    generation_settings: generationSettings(body),
    prompt: seen,
    truncated: false,
    stop_type: stop === "limit" ? "limit" : "eos",
    stopping_word: "",
    tokens_cached: counted.inputTokens + tokens.length,
    timings: {
      cache_n: counted.cachedTokens,
      prompt_n: counted.inputTokens - counted.cachedTokens,
      prompt_ms: 51.2,
      predicted_n: tokens.length,
      predicted_per_second: 127,
    },
  };
  const finish = dataLine(only(last, body["response_fields"]));
  return { ...sse, tokens: frames.map(dataLine), finish, end: "" };
}

const finishReasons = { done: "stop", limit: "length", filtered: "content_filter" } as const;

/**
 * OpenAI's completions and chat completions, and Mistral's: a chunk with the reason, then one with the usage for who asked
 * for it (Mistral says it in the chunk with the reason, unasked), then `[DONE]`.
 */
function openaiEvents(options: EventOptions): Events {
  const { path, body, tokens, counted, stop, isSuffixIgnored, countsUnasked } = options;
  const isChat = /chat|fim/.test(path);
  const common = {
    created: 1_790_000_000,
    model: text(body, "model") || "scripted.gguf",
    system_fingerprint: "b1-de3ff81",
    object: isChat ? "chat.completion.chunk" : "text_completion",
    id: "chatcmpl-scripted",
  };
  const choice = (piece: string, finish_reason: string | null) => ({
    index: 0,
    ...(isChat ? { delta: { content: piece } } : { text: piece, logprobs: null }),
    finish_reason,
  });
  const usage = {
    completion_tokens: tokens.length,
    prompt_tokens: isSuffixIgnored ? text(body, "prompt").length : counted.inputTokens,
    total_tokens: tokens.length + counted.inputTokens,
    prompt_tokens_details: { cached_tokens: counted.cachedTokens },
  };
  const asked = body["stream_options"] as { include_usage?: boolean } | undefined;
  const frame = (choices: readonly unknown[], more = {}) =>
    dataLine({ choices, ...common, ...more });
  return {
    ...sse,
    begin: isChat ? frame([{ index: 0, delta: { role: "assistant" }, finish_reason: null }]) : "",
    tokens: tokens.map((token) => frame([choice(token, null)])),
    finish: frame([choice("", finishReasons[stop])], countsUnasked ? { usage } : {}),
    end: `${asked?.include_usage === true ? frame([], { usage }) : ""}data: [DONE]\n\n`,
  };
}

function dataLine(frame: unknown): string {
  return `data: ${JSON.stringify(frame)}\n\n`;
}

function text(body: Readonly<Record<string, unknown>>, key: string): string {
  const value = body[key];
  return typeof value === "string" ? value : "";
}

/** llama-server sends only the fields asked for in its last event; one with a slash is looked up within another. */
function only(frame: Readonly<Record<string, unknown>>, fields: unknown): Record<string, unknown> {
  if (!Array.isArray(fields) || fields.length === 0) return { ...frame };
  const valueOf = (field: string) =>
    field
      .split("/")
      .reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], frame);
  return Object.fromEntries(fields.map((field) => [String(field), valueOf(String(field))]));
}

function generationSettings(body: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return {
    seed: 4294967295,
    temperature: body["temperature"] ?? 0.8,
    top_k: 40,
    top_p: 0.95,
    min_p: 0.05,
    n_predict: body["n_predict"] ?? -1,
    stop: body["stop"] ?? [],
    stream: body["stream"] ?? false,
    samplers: ["penalties", "dry", "top_n_sigma", "top_k", "typ_p", "top_p", "min_p", "xtc"],
  };
}

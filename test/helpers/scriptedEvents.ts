/** What the events of one answer are made from. */
export interface EventOptions {
  readonly body: Readonly<Record<string, unknown>>;
  readonly tokens: readonly string[];
  readonly isSuffixIgnored: boolean;
}

/** An answer in the words of a real server: one event per token, then what comes last. */
export interface Events {
  readonly tokens: readonly string[];
  readonly end: string;
}

/** The bodies of real servers' refusals. */
export const refusals = {
  fileNotFound: { error: { code: 404, message: "File Not Found", type: "not_found_error" } },
  notFound: (model: string) => ({
    error: {
      message: `The model \`${model}\` does not exist`,
      type: "invalid_request_error",
      param: null,
      code: "model_not_found",
    },
  }),
  keyNotFound: (key: string) => ({
    error: {
      code: 500,
      message: `[json.exception.out_of_range.403] key '${key}' not found`,
      type: "server_error",
    },
  }),
};

/** llama-server's `/infill`: ends with the stop event, which repeats the prompt; there is no `[DONE]`. */
export function infillEvents({ body, tokens }: EventOptions): Events {
  const evaluated = 42;
  const frames = tokens.map((content, at) => ({
    index: 0,
    content,
    tokens: [2154 + at],
    stop: false,
    id_slot: -1,
    tokens_predicted: at + 1,
    tokens_evaluated: evaluated,
  }));
  const last = {
    index: 0,
    content: "",
    tokens: [],
    id_slot: 0,
    stop: true,
    model: "scripted.gguf",
    tokens_predicted: tokens.length,
    tokens_evaluated: evaluated,
    generation_settings: generationSettings(body),
    prompt: `<fim_prefix>${text(body, "input_prefix")}${text(body, "prompt")}<fim_suffix>${text(body, "input_suffix")}<fim_middle>`,
    truncated: false,
    stop_type: "limit",
    stopping_word: "",
    tokens_cached: evaluated + tokens.length,
    timings: timings(tokens.length),
  };
  return { tokens: frames.map(dataLine), end: dataLine(only(last, body["response_fields"])) };
}

/** `/v1/completions` as llama-server streams it: a chunk with the reason and the usage, then `[DONE]`. */
export function completionEvents({ body, tokens, isSuffixIgnored }: EventOptions): Events {
  const common = {
    created: 1_790_000_000,
    model: text(body, "model") || "scripted.gguf",
    system_fingerprint: "b1-de3ff81",
    object: "text_completion",
    id: "chatcmpl-scripted",
  };
  const choice = (piece: string, reason: string | null) => [
    { text: piece, index: 0, logprobs: null, finish_reason: reason },
  ];
  const seen = text(body, "prompt") + (isSuffixIgnored ? "" : text(body, "suffix"));
  const promptTokens = Math.ceil(seen.length / 4);
  const last = {
    choices: choice("", "length"),
    ...common,
    usage: {
      completion_tokens: tokens.length,
      prompt_tokens: promptTokens,
      total_tokens: tokens.length + promptTokens,
      prompt_tokens_details: { cached_tokens: 0 },
    },
    timings: timings(tokens.length),
  };
  return {
    tokens: tokens.map((token) => dataLine({ choices: choice(token, null), ...common })),
    end: `${dataLine(last)}data: [DONE]\n\n`,
  };
}

function dataLine(frame: unknown): string {
  return `data: ${JSON.stringify(frame)}\n\n`;
}

function text(body: Readonly<Record<string, unknown>>, key: string): string {
  const value = body[key];
  return typeof value === "string" ? value : "";
}

/** llama-server sends only the fields asked for in its last event. */
function only(frame: Readonly<Record<string, unknown>>, fields: unknown): Record<string, unknown> {
  if (!Array.isArray(fields) || fields.length === 0) return { ...frame };
  return Object.fromEntries(Object.entries(frame).filter(([key]) => fields.includes(key)));
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

function timings(predicted: number): Record<string, number> {
  return {
    cache_n: 0,
    prompt_n: 42,
    prompt_ms: 51.2,
    predicted_n: predicted,
    predicted_per_second: 127,
  };
}

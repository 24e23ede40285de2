import * as z from "zod/mini";
import { under } from "../../base/under.ts";
import type { CompletionRequest } from "../../wire/messages.ts";
import {
  bearer,
  type Dialect,
  parseJson,
  type Question,
  type Reading,
  serverError,
} from "./dialect.ts";
import { fimPrompt, templateOf } from "./fimTemplates.ts";
import { openaiChat } from "./openaiCompatible.ts";
import { SettledPlaces } from "./settledPlace.ts";
import { Slots } from "./slots.ts";
import type { ServerSettings } from "./upstream.ts";

/**
 * Shorter than for hosted models. llama-server itself cuts the prefix of an infill to three quarters of its
 * batch (1,536 tokens by default) and would do so in mid-line, which spoils its cache. The suffix of an infill comes
 * after the prefix and is evaluated anew with every key typed: these are about 64 tokens.
 */
const limits = { beforeChars: 4_000, afterChars: 220 };

const chunk = z.object({
  content: z.string(),
  stop: z.boolean(),
  stop_type: z.optional(z.string()),
  tokens_evaluated: z.optional(z.number()),
  tokens_predicted: z.optional(z.number()),
  "timings/cache_n": z.optional(z.number()),
});

/** What is kept of the last event, which would otherwise repeat the whole prompt and about 2 kB of settings. */
const lastFields = [
  "content",
  "stop",
  "stop_type",
  "tokens_evaluated",
  "tokens_predicted",
  "timings/cache_n",
];

const about = z.object({
  total_slots: z.int().check(z.positive()),
  model_path: z.optional(z.string()),
});

/**
 * llama-server. Where the model's name, or what the server says of it, tells its family, the prompt is laid out here and
 * goes to `/completion`, so that a key costs the server a few tokens; else to `/infill`, which knows every model's marks
 * and reads the suffix anew at each key. Its OpenAI-compatible completions ignore the suffix without a word.
 */
export function llamaCpp(settings: ServerSettings, base: URL): Dialect {
  const places = new SettledPlaces(limits);
  const slots = new Slots();
  const mayLayOut = settings.completeBy !== "fim";
  let template = mayLayOut ? templateOf(settings.model) : undefined;
  const model = settings.model && { model: settings.model };

  const fill = (request: CompletionRequest, n_predict: number): Question => {
    const texts = places.textsOf(request);
    const slot = slots.slotOf(request.path);
    const common = {
      ...model,
      n_predict,
      temperature: 0,
      stream: true,
      cache_prompt: true,
      ...(slot !== undefined && { id_slot: slot }),
      response_fields: lastFields,
    };
    if (template) {
      const prompt = fimPrompt(template, texts);
      const body = { ...common, prompt, stop: template.stops };
      return { url: under(base, "/completion"), body, format: "sse", read };
    }
    // Both texts are always sent: without one of them the server answers 500. It puts `prompt` behind the prefix but
    // tokenises it apart, so that the tokens above stay the same while the line grows.
    const { head, typed, tail } = texts;
    const body = { ...common, input_prefix: head, prompt: typed, input_suffix: tail };
    return { url: under(base, "/infill"), body, format: "sse", read };
  };

  return {
    authorization: bearer,
    complete: (request) => fill(request, settings.maxTokens),
    warm: (request) => fill(request, 0),
    chat: (question, maxTokens) => openaiChat(settings, base, question, maxTokens),
    about: {
      url: under(base, "/props"),
      learn: (answer) => {
        const known = about.safeParse(answer);
        slots.count = known.success ? known.data.total_slots : 0;
        const path = known.success ? known.data.model_path : undefined;
        if (mayLayOut && path !== undefined)
          template = templateOf(path.replace(/^.*[/\\]/, "")) ?? templateOf(settings.model);
      },
    },
  };
}

/** There is no `[DONE]`: the event with `stop: true` is the last. */
function read(payload: string): Reading {
  const frame = parseJson(payload);
  const error = serverError(frame);
  if (error !== undefined) return { kind: "error", error };
  const parsed = chunk.safeParse(frame);
  if (!parsed.success) return { kind: "garbled" };
  const { content: text, stop: isLast, stop_type: why, ...counted } = parsed.data;
  if (!isLast) return { kind: "text", text };
  return {
    kind: "text",
    text,
    isLast,
    stop: why === "limit" ? "limit" : "done",
    usage: {
      ...(counted.tokens_evaluated !== undefined && { inputTokens: counted.tokens_evaluated }),
      ...(counted.tokens_predicted !== undefined && { outputTokens: counted.tokens_predicted }),
      cachedTokens: counted["timings/cache_n"],
    },
  };
}

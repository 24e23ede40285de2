import * as z from "zod/mini";
import { type CompletionRequest } from "../../wire/messages.ts";
import { type Dialect, parseJson, type Reading, serverError, under } from "./dialect.ts";
import { trimAfter, trimBefore, type WindowLimits } from "./promptWindow.ts";
import { type ServerSettings } from "./upstream.ts";

/**
 * Shorter than for hosted models. llama-server itself cuts the prefix of an infill to three quarters of its
 * batch (1,536 tokens by default) and would do so in mid-line, which spoils its cache. The suffix comes
 * after the prefix and is evaluated anew with every key typed, about 0.4 s for 120 tokens on two cores.
 */
const limits: WindowLimits = { beforeChars: 4000, afterChars: 500 };

const chunk = z.object({ content: z.string(), stop: z.boolean() });

/** llama-server's `POST /infill`. Its OpenAI-compatible endpoint ignores the suffix without a word. */
export function llamaCpp(settings: ServerSettings): Dialect {
  return {
    endpoint: (base) => under(base, "/infill"),
    body: (request) => body(request, settings),
    read,
  };
}

/**
 * `prompt` is the start of the cursor's line. The server puts it behind the prefix but tokenises it apart,
 * so the tokens of the lines above stay the same while the line grows.
 */
function body(
  request: CompletionRequest,
  settings: ServerSettings,
): Readonly<Record<string, unknown>> {
  const before = trimBefore(request.before, limits.beforeChars);
  const lineStart = before.lastIndexOf("\n") + 1;
  return {
    ...(settings.model && { model: settings.model }),
    // Both are always sent: without one of them the server answers 500.
    input_prefix: before.slice(0, lineStart),
    input_suffix: trimAfter(request.after, limits.afterChars),
    prompt: before.slice(lineStart),
    n_predict: settings.maxTokens,
    temperature: 0,
    stream: true,
    cache_prompt: true,
    // The last event would otherwise repeat the whole prompt and about 2 kB of settings.
    response_fields: ["content", "stop"],
  };
}

/** There is no `[DONE]`: the event with `stop: true` is the last. */
function read(payload: string): Reading {
  const frame = parseJson(payload);
  const error = serverError(frame);
  if (error !== undefined) return { kind: "error", error };
  const parsed = chunk.safeParse(frame);
  if (!parsed.success) return { kind: "garbled" };
  return { kind: "text", text: parsed.data.content, isLast: parsed.data.stop };
}

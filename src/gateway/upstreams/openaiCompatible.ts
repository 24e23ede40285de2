import * as z from "zod/mini";
import { type CompletionRequest } from "../../wire/messages.ts";
import { type Dialect, parseJson, type Reading, serverError, under } from "./dialect.ts";
import { trimAfter, trimBefore, type WindowLimits } from "./promptWindow.ts";
import { type ServerSettings } from "./upstream.ts";

const limits: WindowLimits = { beforeChars: 6000, afterChars: 2000 };

/**
 * Four are all the protocol allows. They are the marks that models without a proper end token run on into.
 * A line break is not among them: servers hold text back while it may be the start of a stop.
 */
const stop = ["<|endoftext|>", "<|file_sep|>", "<|fim_prefix|>", "<|fim_pad|>"];

const chunk = z.object({
  choices: z.array(
    z.object({
      text: z.nullable(z.string()),
      finish_reason: z.optional(z.nullable(z.string())),
    }),
  ),
});

/** `POST /v1/completions` with a prompt and a suffix, as OpenAI, Ollama, DeepSeek and others answer it. */
export function openaiCompatible(settings: ServerSettings): Dialect {
  return {
    endpoint: (base) => under(base, "/v1/completions"),
    body: (request) => body(request, settings),
    read,
  };
}

function body(
  request: CompletionRequest,
  settings: ServerSettings,
): Readonly<Record<string, unknown>> {
  const suffix = trimAfter(request.after, limits.afterChars);
  return {
    ...(settings.model && { model: settings.model }),
    prompt: trimBefore(request.before, limits.beforeChars),
    // Left out when empty: some servers refuse the field itself, and then still answer at a file's end.
    ...(suffix && { suffix }),
    max_tokens: settings.maxTokens,
    temperature: 0,
    stream: true,
    stop,
  };
}

/** The text ends at `[DONE]` or with the choice that has a reason to finish, whichever comes first. */
function read(payload: string): Reading {
  if (payload.trim() === "[DONE]") return { kind: "text", text: "", isLast: true };
  const frame = parseJson(payload);
  const error = serverError(frame);
  if (error !== undefined) return { kind: "error", error };
  const parsed = chunk.safeParse(frame);
  if (!parsed.success) return { kind: "garbled" };
  const choice = parsed.data.choices[0];
  return { kind: "text", text: choice?.text ?? "", isLast: Boolean(choice?.finish_reason) };
}

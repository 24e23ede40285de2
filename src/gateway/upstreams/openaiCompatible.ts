import { under } from "../../base/under.ts";
import type { ChatQuestion } from "../../wire/chat.ts";
import { bearer, type Dialect, type Question } from "./dialect.ts";
import { fimPrompt, type FimTemplate, templateOf } from "./fimTemplates.ts";
import { messagesOf, readOpenaiEvent } from "./openaiEvents.ts";
import { trimAfter, trimBefore } from "./promptWindow.ts";
import { isNewer, leastEffort, thoughtTokens } from "./reasoning.ts";
import { SettledPlaces } from "./settledPlace.ts";
import type { ServerSettings } from "./upstream.ts";

const limits = { beforeChars: 6_000, afterChars: 2_000 };

/**
 * Four are all the protocol allows. They are the marks that models without a proper end token run on into.
 * A line break is not among them: servers hold text back while it may be the start of a stop.
 */
const stop = ["<|endoftext|>", "<|file_sep|>", "<|fim_prefix|>", "<|fim_pad|>"];

/**
 * OpenAI's completions and chat, as vLLM, LM Studio, llama-server, DeepSeek and others answer them. Where the model's name
 * tells its family, the prompt has its marks, which every server passes on that takes raw prompts: vLLM refuses a suffix,
 * and others ignore it without a word. Else the suffix has a field of its own.
 */
export function openaiCompatible(settings: ServerSettings, base: URL): Dialect {
  const places = new SettledPlaces(limits);
  const { url, ownMarks } = endpointOf(settings, base);
  const common = {
    ...(settings.model && { model: settings.model }),
    max_tokens: settings.maxTokens,
    temperature: 0,
    ...streamed,
  };
  return {
    authorization: bearer,
    complete: (request) => {
      if (ownMarks) {
        const prompt = fimPrompt(ownMarks, places.textsOf(request));
        const body = { ...common, prompt, stop: ownMarks.stops };
        return { url, body, format: "sse", read: readOpenaiEvent };
      }
      const suffix = trimAfter(request.after, limits.afterChars);
      const body = {
        ...common,
        prompt: trimBefore(request.before, limits.beforeChars),
        // Left out when empty: some servers refuse the field itself, and then still answer at a file's end.
        ...(suffix && { suffix }),
        stop,
      };
      return { url, body, format: "sse", read: readOpenaiEvent };
    },
    chat: (question, maxTokens) => openaiChat(settings, base, question, maxTokens),
  };
}

/** A chat's question, as llama-server takes it too. */
export function openaiChat(
  settings: ServerSettings,
  base: URL,
  question: ChatQuestion,
  maxTokens: number | undefined,
): Question {
  const body = {
    ...(settings.model && { model: settings.model }),
    messages: messagesOf(question),
    ...(maxTokens !== undefined && limitedTo(maxTokens, settings.model)),
    ...streamed,
  };
  const url = isDeepSeek(base)
    ? under(new URL("/", base), "/chat/completions")
    : under(base, "/v1/chat/completions");
  return { url, body, format: "sse", read: readOpenaiEvent };
}

/** As OpenAI's newer models take it, and as all others do. */
function limitedTo(maxTokens: number, model: string): Readonly<Record<string, unknown>> {
  if (!isNewer(model)) return { max_tokens: maxTokens, temperature: 0 };
  const effort = leastEffort(model);
  return {
    max_completion_tokens: maxTokens + thoughtTokens(model, "completion"),
    ...(effort && { reasoning_effort: effort }),
  };
}

/** What is counted is only said to who asks for it. */
const streamed = { stream: true, stream_options: { include_usage: true } };

/** DeepSeek's own service has completions with a suffix under `/beta`, whichever of its addresses is set, and Ollama puts its own marks round a prompt. */
function endpointOf(
  { completeBy, model }: ServerSettings,
  base: URL,
): { readonly url: URL; readonly ownMarks: FimTemplate | undefined } {
  if (isDeepSeek(base))
    return { url: under(new URL("/", base), "/beta/completions"), ownMarks: undefined };
  const isOwn = completeBy !== "fim" && base.port !== "11434";
  return { url: under(base, "/v1/completions"), ownMarks: isOwn ? templateOf(model) : undefined };
}

const isDeepSeek = ({ hostname }: URL): boolean => hostname === "api.deepseek.com";

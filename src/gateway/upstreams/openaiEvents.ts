import * as z from "zod/mini";
import type { ChatQuestion } from "../../wire/chat.ts";
import type { TokenUsage } from "../../wire/messages.ts";
import { parseJson, type Reading, serverError } from "./dialect.ts";
import type { StopReason } from "./upstream.ts";

const optional = <T extends z.ZodMiniType>(schema: T) => z.optional(z.nullable(schema));

/** Mistral's reasoning models answer in parts. */
const parts = z.array(z.object({ type: z.string(), text: optional(z.string()) }));

const chunk = z.object({
  choices: z.array(
    z.object({
      text: optional(z.string()),
      delta: optional(z.object({ content: optional(z.union([z.string(), parts])) })),
      finish_reason: optional(z.string()),
    }),
  ),
  usage: optional(
    z.object({
      prompt_tokens: z.number(),
      completion_tokens: optional(z.number()),
      prompt_tokens_details: optional(z.object({ cached_tokens: optional(z.number()) })),
      /** DeepSeek's own field. */
      prompt_cache_hit_tokens: optional(z.number()),
    }),
  ),
});

type Chunk = z.infer<typeof chunk>;

/** Reasons to finish of answers that their server could not finish: DeepSeek, OpenRouter and Mistral, vLLM and SGLang. */
const brokenOff: ReadonlySet<string> = new Set(["insufficient_system_resource", "error", "abort"]);

/**
 * An event of OpenAI's completions or chat completions, as many servers send them. The text ends with the choice that has
 * a reason to finish; what was counted comes with it or behind it, then `[DONE]`, which some servers leave out.
 */
export function readOpenaiEvent(payload: string): Reading {
  if (payload.trim() === "[DONE]") return { kind: "text", text: "", isLast: true };
  const frame = parseJson(payload);
  const error = serverError(frame);
  if (error !== undefined) return { kind: "error", error };
  const parsed = chunk.safeParse(frame);
  if (!parsed.success) return { kind: "garbled" };
  const choice = parsed.data.choices[0];
  const reason = choice?.finish_reason ?? "";
  if (brokenOff.has(reason)) return { kind: "error", error: `the answer ended with ${reason}` };
  return {
    kind: "text",
    text: choice?.text ?? textOf(choice?.delta?.content),
    stop: stopOf(choice?.finish_reason),
    usage: usageOf(parsed.data.usage),
  };
}

/** A conversation as OpenAI's chat and those that follow it take it. */
export function messagesOf({ instructions, turns }: ChatQuestion): readonly object[] {
  const system = instructions === "" ? [] : [{ role: "system", content: instructions }];
  return [...system, ...turns.map(({ role, text }) => ({ role, content: text }))];
}

function textOf(content: string | z.infer<typeof parts> | null | undefined): string {
  if (typeof content === "string") return content;
  return (content ?? []).map(({ type, text }) => (type === "text" ? (text ?? "") : "")).join("");
}

function stopOf(reason: string | null | undefined): StopReason | undefined {
  if (!reason) return undefined;
  if (reason === "length" || reason === "model_length") return "limit";
  return reason === "content_filter" ? "filtered" : "done";
}

function usageOf(usage: Chunk["usage"]): TokenUsage | undefined {
  if (!usage) return undefined;
  return {
    inputTokens: usage.prompt_tokens,
    cachedTokens:
      usage.prompt_tokens_details?.cached_tokens ?? usage.prompt_cache_hit_tokens ?? undefined,
    outputTokens: usage.completion_tokens ?? 0,
  };
}

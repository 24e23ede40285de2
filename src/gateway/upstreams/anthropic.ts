import * as z from "zod/mini";
import { under } from "../../base/under.ts";
import type { TokenUsage } from "../../wire/messages.ts";
import { type Dialect, parseJson, type Reading } from "./dialect.ts";
import type { ServerSettings, StopReason } from "./upstream.ts";

/** The protocol will have a limit; this is what every model of theirs can write. */
const mostChatTokens = 4_096;

const counted = z.optional(
  z.nullable(
    z.object({
      input_tokens: z.optional(z.nullable(z.number())),
      cache_read_input_tokens: z.optional(z.nullable(z.number())),
      cache_creation_input_tokens: z.optional(z.nullable(z.number())),
      output_tokens: z.optional(z.nullable(z.number())),
    }),
  ),
);

const event = z.object({
  type: z.string(),
  message: z.optional(z.object({ usage: counted })),
  delta: z.optional(
    z.object({
      type: z.optional(z.string()),
      text: z.optional(z.string()),
      stop_reason: z.optional(z.nullable(z.string())),
    }),
  ),
  usage: counted,
  error: z.optional(z.unknown()),
});

/** Anthropic's Messages: it chats, and has nothing that fills in. */
export function anthropic(settings: ServerSettings, base: URL): Dialect {
  return {
    authorization: (apiKey) => ({ "x-api-key": apiKey }),
    headers: { "anthropic-version": "2023-06-01" },
    chat: ({ instructions, turns }, maxTokens) => ({
      url: under(base, "/v1/messages"),
      body: {
        model: settings.model,
        max_tokens: maxTokens ?? mostChatTokens,
        ...(instructions && { system: instructions }),
        messages: turns.map(({ role, text }) => ({ role, content: text })),
        stream: true,
      },
      format: "sse",
      read,
    }),
  };
}

/** Each event says in its data what it is. Those of kinds that are not known, and pings, bring nothing. */
function read(payload: string): Reading {
  const parsed = event.safeParse(parseJson(payload));
  if (!parsed.success) return { kind: "garbled" };
  const { type, message, delta, usage, error } = parsed.data;
  switch (type) {
    case "error":
      return { kind: "error", error };
    case "message_start":
      return { kind: "text", text: "", usage: usageOf(message?.usage) };
    case "content_block_delta":
      return { kind: "text", text: delta?.type === "text_delta" ? (delta.text ?? "") : "" };
    case "message_delta":
      return { kind: "text", text: "", stop: stopOf(delta?.stop_reason), usage: usageOf(usage) };
    default:
      return { kind: "text", text: "", isLast: type === "message_stop" };
  }
}

function stopOf(reason: string | null | undefined): StopReason | undefined {
  if (!reason) return undefined;
  if (reason === "max_tokens" || reason === "model_context_window_exceeded") return "limit";
  return reason === "refusal" ? "filtered" : "done";
}

/** The input is counted at the start, in three parts; the output at the end. */
function usageOf(said: z.infer<typeof counted>): Partial<TokenUsage> {
  const { input_tokens: fresh, output_tokens: outputTokens } = said ?? {};
  const cachedTokens = said?.cache_read_input_tokens ?? 0;
  const written = said?.cache_creation_input_tokens ?? 0;
  return {
    ...(typeof fresh === "number" && {
      inputTokens: fresh + cachedTokens + written,
      cachedTokens,
    }),
    ...(typeof outputTokens === "number" && { outputTokens }),
  };
}

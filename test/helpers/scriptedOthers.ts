import type { EventOptions, Events } from "./scriptedAnswer.ts";

/** Ollama: a line of JSON for each token, and a last one with what was counted. A count of nothing is left out. */
export function ollamaEvents({ path, body, tokens, counted, stop }: EventOptions): Events {
  const line = (frame: unknown) => `${JSON.stringify(frame)}\n`;
  const common = { model: body["model"], created_at: "2026-01-01T00:00:00.000000Z" };
  const piece = (text: string) =>
    path.startsWith("/api/chat")
      ? { message: { role: "assistant", content: text } }
      : { response: text };
  const last = {
    ...common,
    ...piece(""),
    done: true,
    done_reason: stop === "limit" ? "length" : "stop",
    total_duration: 174_560_334,
    load_duration: 101_397_084,
    prompt_eval_count: counted.inputTokens,
    prompt_eval_duration: 13_074_791,
    ...(tokens.length > 0 && { eval_count: tokens.length }),
    eval_duration: 52_479_709,
  };
  return {
    mediaType: "application/x-ndjson",
    dataPrefix: "",
    begin: "",
    tokens: tokens.map((token) => line({ ...common, ...piece(token), done: false })),
    finish: line(last),
    end: "",
    error: (error) => line({ error }),
  };
}

const stopReasons = { done: "end_turn", limit: "max_tokens", filtered: "refusal" } as const;

/** Anthropic's Messages: named events, pings among them, the input counted at the start and the output at the end. */
export function anthropicEvents({ body, tokens, counted, stop }: EventOptions): Events {
  const event = (type: string, more: object = {}) =>
    `event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`;
  const cached = counted.cachedTokens;
  const message = {
    id: "msg_scripted",
    type: "message",
    role: "assistant",
    model: body["model"],
    content: [],
    stop_reason: null,
    usage: {
      input_tokens: counted.inputTokens - cached,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: cached,
      output_tokens: 1,
    },
  };
  const begin = [
    event("message_start", { message }),
    event("content_block_start", { index: 0, content_block: { type: "text", text: "" } }),
    event("ping"),
  ];
  const delta = { stop_reason: stopReasons[stop], stop_sequence: null };
  return {
    mediaType: "text/event-stream",
    dataPrefix: "data: ",
    begin: begin.join(""),
    tokens: tokens.map((text) =>
      event("content_block_delta", { index: 0, delta: { type: "text_delta", text } }),
    ),
    finish:
      event("content_block_stop", { index: 0 }) +
      event("message_delta", { delta, usage: { output_tokens: tokens.length } }),
    end: event("message_stop"),
    error: (error) => event("error", { error }),
  };
}

import { under } from "../../base/under.ts";
import { bearer, type Dialect } from "./dialect.ts";
import { messagesOf, readOpenaiEvent } from "./openaiEvents.ts";
import { trimAfter, trimBefore } from "./promptWindow.ts";
import type { ServerSettings } from "./upstream.ts";

const limits = { beforeChars: 6_000, afterChars: 2_000 };

/**
 * Mistral's own service, and Codestral's: the same paths at another address. It says what it has counted without being
 * asked, and refuses fields that it does not know.
 */
export function mistral(settings: ServerSettings, base: URL): Dialect {
  const { model } = settings;
  return {
    authorization: bearer,
    complete: ({ before, after }) => ({
      url: under(base, "/v1/fim/completions"),
      body: {
        model,
        prompt: trimBefore(before, limits.beforeChars),
        suffix: trimAfter(after, limits.afterChars),
        max_tokens: settings.maxTokens,
        temperature: 0,
        stream: true,
      },
      format: "sse",
      read: readOpenaiEvent,
    }),
    chat: (question, maxTokens) => ({
      url: under(base, "/v1/chat/completions"),
      body: {
        model,
        messages: messagesOf(question),
        ...(maxTokens !== undefined && { max_tokens: maxTokens, temperature: 0 }),
        stream: true,
      },
      format: "sse",
      read: readOpenaiEvent,
    }),
  };
}

import * as z from "zod/mini";
import { under } from "../../base/under.ts";
import { bearer, type Dialect, parseJson, type Reading, serverError } from "./dialect.ts";
import { messagesOf } from "./openaiEvents.ts";
import { SettledPlaces } from "./settledPlace.ts";
import type { ServerSettings } from "./upstream.ts";

/** It runs llama.cpp: what is read anew at each key is short here too. */
const limits = { beforeChars: 4_000, afterChars: 500 };

const line = z.object({
  response: z.optional(z.string()),
  message: z.optional(z.object({ content: z.optional(z.string()) })),
  done: z.boolean(),
  done_reason: z.optional(z.string()),
  prompt_eval_count: z.optional(z.number()),
  eval_count: z.optional(z.number()),
});

/** Ollama's own API. It puts the model's marks round prompt and suffix by itself, and answers a line of JSON a token. */
export function ollama(settings: ServerSettings, base: URL): Dialect {
  const places = new SettledPlaces(limits);
  const { model } = settings;
  const begin = { model, stream: true };
  return {
    authorization: bearer,
    complete: (request) => {
      const { head, typed, tail } = places.textsOf(request);
      return {
        url: under(base, "/api/generate"),
        body: {
          ...begin,
          // Without a prompt it would only load the model, and without a suffix take the prompt for a chat's question.
          prompt: head + typed || "\n",
          suffix: tail || "\n",
          options: { temperature: 0, num_predict: settings.maxTokens },
        },
        format: "ndjson",
        read,
      };
    },
    chat: (question, maxTokens) => ({
      url: under(base, "/api/chat"),
      body: {
        ...begin,
        messages: messagesOf(question),
        ...(maxTokens !== undefined && {
          think: false, // nothing would be left for the code
          options: { temperature: 0, num_predict: maxTokens },
        }),
      },
      format: "ndjson",
      read,
    }),
    // It gives a load up with the request that began it, and keys give theirs up all the time. Without a prompt it only loads.
    about: { url: under(base, "/api/generate"), body: { model }, learn: () => undefined },
  };
}

/** The line with `done: true` is the last, and has what was counted. It leaves out a count of nothing. */
function read(payload: string): Reading {
  const frame = parseJson(payload);
  const error = serverError(frame);
  if (error !== undefined) return { kind: "error", error };
  const parsed = line.safeParse(frame);
  if (!parsed.success) return { kind: "garbled" };
  const { response, message, done: isLast, done_reason: why, ...counted } = parsed.data;
  const text = response ?? message?.content ?? "";
  if (!isLast) return { kind: "text", text };
  return {
    kind: "text",
    text,
    isLast,
    stop: why === "length" ? "limit" : "done",
    usage: {
      inputTokens: counted.prompt_eval_count ?? 0,
      outputTokens: counted.eval_count ?? 0,
    },
  };
}

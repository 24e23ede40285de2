import * as z from "zod/mini";
import { type ChatQuestion } from "../../wire/chat.ts";
import { under } from "./dialect.ts";
import { type ServerSettings, type UpstreamAnswer } from "./upstream.ts";

const chunkSchema = z.object({
  choices: z.array(z.object({ delta: z.object({ content: z.optional(z.nullable(z.string())) }) })),
});

/** The smallest chat there can be, until the real one is merged. */
export async function* temporaryChat(
  settings: ServerSettings,
  question: ChatQuestion,
  signal: AbortSignal,
): UpstreamAnswer {
  const turns = question.turns.map(({ role, text }) => ({ role, content: text }));
  const messages = [{ role: "system", content: question.instructions }, ...turns];
  const response = await fetch(under(new URL(settings.url), "/v1/chat/completions"), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ model: settings.model, messages, stream: true }),
    signal,
  });
  const decoder = new TextDecoder();
  let rest = "";
  for await (const bytes of response.body ?? []) {
    rest += decoder.decode(bytes as Uint8Array, { stream: true });
    const lines = rest.split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (!line.startsWith("data: {")) continue;
      const { choices } = chunkSchema.parse(JSON.parse(line.slice(6)));
      const text = choices[0]?.delta.content ?? "";
      if (text !== "") yield text;
    }
  }
  return { stop: "done", usage: undefined };
}

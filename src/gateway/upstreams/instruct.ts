import type { ChatQuestion } from "../../wire/chat.ts";
import type { CompletionRequest } from "../../wire/messages.ts";
import { trimAfter, trimBefore } from "./promptWindow.ts";

const limits = { beforeChars: 6_000, afterChars: 2_000 };

const instructions = [
  "You complete source code while a person types it.",
  "You are given a file with the mark <CURSOR> where the person is typing.",
  "Answer with the text to insert at the mark and nothing else: no explanation, no Markdown, none of the text that is there already.",
  "Keep to the file's style and indentation. Finish the statement or block that was begun, and stop there.",
].join(" ");

/** A place in code as a question to a model that only chats. */
export function instructQuestion({
  path,
  languageId,
  before,
  after,
}: CompletionRequest): ChatQuestion {
  const code = `${trimBefore(before, limits.beforeChars)}<CURSOR>${trimAfter(after, limits.afterChars)}`;
  const text = `${path} (${languageId}):\n\n${code}`;
  return { conversation: path.slice(0, 64) || "-", instructions, turns: [{ role: "user", text }] };
}

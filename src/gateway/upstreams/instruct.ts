import { type ChatQuestion } from "../../wire/chat.ts";
import { type CompletionRequest } from "../../wire/messages.ts";
import { trimAfter, trimBefore } from "./promptWindow.ts";
import { type UpstreamAnswer } from "./upstream.ts";

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

/** The answer without the fence that chatting models put round code, whatever they are told. Ends as it does. */
export async function* codeOnly(answer: UpstreamAnswer): UpstreamAnswer {
  const fence = new Fence();
  try {
    for (;;) {
      const next = await answer.next();
      const text = next.done === true ? fence.rest() : fence.strip(next.value);
      if (text !== "") yield text;
      if (next.done === true) return next.value;
    }
  } finally {
    await answer.return({ stop: "done", usage: undefined }); // where its reader stops reading
  }
}

/** The most of a begin that may still become a fence: blank lines, the fence, a language. */
const opening = /^\s*(`{1,3}|```[^\n`]*)?$/;
const opened = /^\s*```[^\n`]*\n/;
/** A last line that may still become the fence's end. */
const closing = /\n[ \t]*`{0,2}$/;
const closed = /(^|\n)[ \t]*```/;

/** Takes a fence off a text that comes in pieces. Text is held back only while it may belong to one. */
class Fence {
  #held = "";
  #state: "before" | "plain" | "within" | "behind" = "before";

  /** What of the text so far is code and has not been given yet. */
  strip(text: string): string {
    this.#held += text;
    if (this.#state === "before") this.#begin();
    if (this.#state === "plain") return this.#take(this.#held.length);
    return this.#state === "within" ? this.#within() : "";
  }

  /** What was held back, now that nothing follows. */
  rest(): string {
    if (this.#state === "behind") return "";
    return this.#state === "within" ? this.#held.replace(/\n[ \t]*$/, "") : this.#held;
  }

  #begin(): void {
    const fence = opened.exec(this.#held);
    if (fence) {
      this.#state = "within";
      this.#take(fence[0].length);
    } else if (!opening.test(this.#held)) this.#state = "plain";
  }

  #within(): string {
    const end = closed.exec(this.#held);
    if (end) {
      this.#state = "behind";
      return this.#held.slice(0, end.index);
    }
    return this.#take(closing.exec(this.#held)?.index ?? this.#held.length);
  }

  #take(chars: number): string {
    const taken = this.#held.slice(0, chars);
    this.#held = this.#held.slice(chars);
    return taken;
  }
}

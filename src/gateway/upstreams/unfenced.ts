import { unread, type UpstreamAnswer } from "./upstream.ts";

/** The line a fence begins with. */
const opening = /^\s*```[^\n`]*\n/;
/** What may still become one. */
const mayOpen = /^\s*(`{0,2}|```[^\n`]*)$/;
/** A line that closes it. */
const closing = /\n[ \t]*```/;
/** What may still become one. */
const mayClose = /\n[ \t]*`{0,2}$/;

/** Languages in which a fence may be what is asked for. */
const withFences: ReadonlySet<string> = new Set(["markdown", "mdx", "rmd", "quarto"]);

/**
 * The code of a language without the fence that some models put around it though they are told not to. Text that begins
 * otherwise is passed on as it comes.
 */
export function unfenced(answer: UpstreamAnswer, languageId: string): UpstreamAnswer {
  return withFences.has(languageId) ? answer : withoutFence(answer);
}

async function* withoutFence(answer: UpstreamAnswer): UpstreamAnswer {
  const fence = new Fence();
  try {
    for (;;) {
      const next = await answer.next();
      const ready = next.done === true ? fence.end() : fence.feed(next.value);
      if (ready !== "") yield ready;
      if (next.done === true) return next.value;
    }
  } finally {
    await answer.return(unread);
  }
}

/** Where in its fence a text is. */
class Fence {
  #state: "start" | "plain" | "first line" | "fenced" | "over" = "start";
  #held = "";

  /** Takes what comes next, and returns what can be shown. */
  feed(text: string): string {
    if (this.#state === "plain") return text;
    if (this.#state === "over") return "";
    this.#held += text;
    if (this.#state === "start") {
      if (mayOpen.test(this.#held)) return "";
      if (!opening.test(this.#held)) {
        this.#state = "plain";
        return this.#held;
      }
      this.#held = this.#held.replace(opening, "\n"); // so that a line begins here too
      this.#state = "first line";
    }
    const end = closing.exec(this.#held)?.index;
    const ready = this.#take(end ?? mayClose.exec(this.#held)?.index ?? this.#held.length);
    if (end !== undefined) this.#state = "over";
    return ready;
  }

  /** What is left when nothing more comes. */
  end(): string {
    return this.#state === "plain" || this.#state === "over" ? "" : this.#take(this.#held.length);
  }

  #take(length: number): string {
    const taken = this.#held.slice(0, length);
    this.#held = this.#held.slice(length);
    if (this.#state !== "first line" || taken === "") return taken;
    this.#state = "fenced";
    return taken.slice(1);
  }
}

import { type UpstreamAnswer } from "../upstream.ts";

/** The line a fence begins with. */
const opening = /^\s*```[^\n`]*\n/;
/** What may still become one. */
const mayOpen = /^\s*(`{0,2}|```[^\n`]*)$/;
/** A line that closes it. */
const closing = /(^|\n)```/;
/** What may still become one. */
const mayClose = /\n`{0,2}$/;

/**
 * The text without the code fence that some models put around it though they are told not to. Text that begins
 * otherwise is passed on as it comes.
 */
export async function* unfenced(answer: UpstreamAnswer): UpstreamAnswer {
  let held = "";
  let state: "start" | "plain" | "fenced" | "over" = "start";
  try {
    for (;;) {
      const next = await answer.next();
      if (next.done === true) {
        if (held !== "" && state !== "over") yield held;
        return next.value;
      }
      if (state === "plain") {
        yield next.value;
        continue;
      }
      if (state === "over") continue;
      held += next.value;
      if (state === "start") {
        if (mayOpen.test(held)) continue;
        state = opening.test(held) ? "fenced" : "plain";
        held = held.replace(opening, "");
      }
      const end = state === "fenced" ? closing.exec(held) : null;
      if (end) state = "over";
      const ready = end ? held.slice(0, end.index) : held.slice(0, heldFrom(held, state));
      held = held.slice(ready.length);
      if (ready !== "") yield ready;
    }
  } finally {
    await answer.return({ stop: "done", usage: undefined });
  }
}

function heldFrom(held: string, state: string): number {
  return (state === "fenced" ? mayClose.exec(held)?.index : undefined) ?? held.length;
}

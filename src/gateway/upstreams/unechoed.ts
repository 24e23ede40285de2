import { unread, type UpstreamAnswer } from "./upstream.ts";

const leastChars = 5;
/** What a line may end with that says itself once more within itself: `Array<Array<`, `0, 0, `. */
const mayNest = /[([{<>]$/;
const threeWords = /\S\s+\S+\s+\S/;

/**
 * An answer without the line that was begun at the cursor, which models that chat like to say again from its start
 * though they are told not to. Text that begins otherwise is passed on as it comes.
 */
export function unechoed(answer: UpstreamAnswer, before: string): UpstreamAnswer {
  const begun = before.slice(before.lastIndexOf("\n") + 1).trimStart();
  return isTelling(begun.trimEnd()) ? withoutEcho(answer, begun) : answer;
}

/** Whether it is no coincidence, nor data, that a line's beginning is said once more. */
function isTelling(begun: string): boolean {
  if (begun.length < leastChars || !/\p{L}{2}/u.test(begun) || begun.endsWith(",")) return false;
  return !mayNest.test(begun) || threeWords.test(begun);
}

async function* withoutEcho(answer: UpstreamAnswer, begun: string): UpstreamAnswer {
  /** What may still become the line; undefined once that is known. */
  let held: string | undefined = "";
  try {
    for (;;) {
      const next = await answer.next();
      if (next.done === true) {
        if (held !== undefined && held.trim() !== begun.trim()) yield held;
        return next.value;
      }
      if (held === undefined) {
        yield next.value;
        continue;
      }
      held += next.value;
      const said = held.replace(/^[ \t]+/, "");
      if (begun.startsWith(said)) continue;
      const ready = said.startsWith(begun) ? said.slice(begun.length) : held;
      held = undefined;
      yield ready;
    }
  } finally {
    await answer.return(unread);
  }
}

import type { Clock } from "../base/clock.ts";

/** What begins within so many UTF-16 units of an answer is on its way to the screen: it is given at once. */
const headChars = 32;
/**
 * Text behind that goes out so often at most: nobody sees it sooner, and each frame costs both ends. When it was 100 ms the window
 * asked for 8 % more completions, since it did not know yet what was on its way.
 */
const gatherMs = 20;
/** More than this does not gather: a model that is so fast, or text that had to wait for its reader, goes on its way. */
const gatheredChars = 1_024;

type Read<End> = Promise<IteratorResult<string, End>>;

/**
 * A model's text in fewer pieces than it is said in, but for its beginning and for what comes slower than it gathers. Ends, with
 * the same last value, and fails as `texts` does, behind all that came before that. The caller ends `texts`.
 */
export async function* gathered<End>(
  texts: AsyncIterator<string, End>,
  clock: Clock,
): AsyncGenerator<string, End> {
  let next: Read<End> | undefined;
  let givenAt = clock.now();
  for (let chars = 0; ;) {
    const first = await (next ?? texts.next());
    if (first.done === true) return first.value;
    const forMs = chars < headChars ? 0 : givenAt + gatherMs - clock.now();
    const said =
      forMs <= 0
        ? { text: first.value, next: undefined }
        : await gather(first.value, texts, { clock, forMs });
    chars += said.text.length;
    next = said.next;
    yield said.text;
    givenAt = clock.now();
  }
}

/** A text with what comes within the time, and what has not come by then, or is no text. */
async function gather<End>(
  first: string,
  texts: AsyncIterator<string, End>,
  { clock, forMs }: { readonly clock: Clock; readonly forMs: number },
): Promise<{ text: string; next: Read<End> | undefined }> {
  const timeUp = Promise.withResolvers<undefined>();
  const timer = clock.after(forMs, () => {
    timeUp.resolve(undefined);
  });
  try {
    let text = first;
    while (text.length < gatheredChars) {
      const next = texts.next();
      const more = await Promise.race([next, timeUp.promise]).catch(() => undefined);
      if (more === undefined || more.done === true || more.value.length >= gatheredChars)
        return { text, next };
      text += more.value;
    }
    return { text, next: undefined };
  } finally {
    timer.dispose();
  }
}

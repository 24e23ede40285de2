/**
 * The tokens of a text as this double cuts them: a mark, a word, a digit, a run of spaces, a line break or one other sign
 * each. Real vocabularies cut words in two now and then; how much of a prompt stays the same they see alike.
 */
function tokensOf(text: string): readonly string[] {
  return text.match(/<[|\w-]+>|[A-Za-z_]+|\d|[^\S\n]+|\n|[^\w\s]/gu) ?? [];
}

/** Counts as llama.cpp's server does: each slot keeps its last prompt and answer, and reads what differs from there on. */
export class PromptCache {
  readonly #slots = new Map<number, readonly string[]>();

  /** Takes the body of a request to `/infill` or `/completion`, and the answer that it will get. */
  count(
    body: Readonly<Record<string, unknown>>,
    answer: readonly string[],
  ): { readonly inputTokens: number; readonly cachedTokens: number } {
    const slot = Number(body["id_slot"] ?? 0);
    const prompt = promptOf(body);
    const kept = this.#slots.get(slot) ?? [];
    let same = 0;
    while (same < prompt.length && prompt[same] === kept[same]) same++;
    this.#slots.set(slot, [...prompt, ...answer]);
    // The last token is always read, to go on from.
    return { inputTokens: prompt.length, cachedTokens: Math.min(same, prompt.length - 1) };
  }
}

/** How many tokens stand behind what is typed in an infill, marks included. */
export function suffixTokens(body: Readonly<Record<string, unknown>>): number {
  return tokensOf(String(body["input_suffix"])).length + 2;
}

/** The server cuts the parts of an infill each for itself, and puts the marks between them. */
function promptOf(body: Readonly<Record<string, unknown>>): readonly string[] {
  const part = (key: string) => tokensOf(body[key] as string);
  if (!("input_prefix" in body)) return part("prompt");
  const before = [...part("input_prefix"), ...part("prompt")];
  return ["<prefix>", ...before, "<suffix>", ...part("input_suffix"), "<middle>"];
}

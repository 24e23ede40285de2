import type { Cursor } from "./commitReplay.ts";

const searchedChars = 100_000;

/** The rest of the word at the cursor: the newest word above it, else the first below, that begins so. */
export function recentWord({ before, after }: Cursor, typed: string): string {
  const prefix = /[\w$]+$/.exec(typed)?.[0] ?? "";
  if (prefix === "") return "";
  const word = new RegExp(`(?<![\\w$])${prefix.replaceAll("$", "\\$")}([\\w$]+)`, "g");
  const above = (before + typed.slice(0, -prefix.length)).slice(-searchedChars);
  const newest = [...above.matchAll(word)].at(-1) ?? word.exec(after.slice(0, searchedChars));
  return newest?.[1] ?? "";
}

/** The rest of the line in the same file after the longest text that ends as the text at the cursor does. */
export function longestCopy({ before, after }: Cursor, typed: string): string {
  const text = (before + typed).slice(-searchedChars);
  const places = [text, after.slice(0, searchedChars)];
  let copy = "";
  for (let chars = leastCopiedChars; chars <= text.length; chars *= 2) {
    const context = text.slice(-chars);
    const place = places.find((each, index) => {
      const at = each.lastIndexOf(context, index === 0 ? text.length - chars - 1 : undefined);
      return at >= 0 && (copy = lineFrom(each, at + chars)) !== "";
    });
    if (place === undefined) break;
  }
  return copy;
}

const leastCopiedChars = 4;

const lineFrom = (text: string, offset: number): string =>
  text.slice(offset, (text.indexOf("\n", offset) + 1 || text.length + 1) - 1);

import type { KeyEvent } from "./keyTrace.ts";

/** What the editor was given: text to insert, and the rest of the line that it takes the place of. */
export interface GhostItem {
  readonly text: string;
  readonly replaced: string;
}

/** What of an item is seen as ghost text: all but the end that the rest of the line has already. */
export function ghostOf({ text, replaced }: GhostItem): string {
  let shared = 0;
  while (shared < Math.min(text.length, replaced.length)) {
    if (text.at(-1 - shared) !== replaced.at(-1 - shared)) break;
    shared++;
  }
  return text.slice(0, text.length - shared);
}

/** What an item becomes at a key: its rest while the typed text follows it, else nothing. */
export function afterKey(item: GhostItem | undefined, event: KeyEvent): GhostItem | undefined {
  if (event.op === "del" || item?.text.startsWith(event.text) !== true) return undefined;
  const rest = { text: item.text.slice(event.text.length), replaced: item.replaced };
  return ghostOf(rest) === "" ? undefined : rest;
}

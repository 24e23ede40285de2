import type { Fitted } from "./fitted.ts";

/** Whether a text brings nothing: only blanks, or only what stands right of the cursor already. */
export function isTrivial({ text, replaceAfterChars }: Fitted, after: string): boolean {
  const words = text.trim();
  return words === "" || words === after.slice(0, replaceAfterChars).trim();
}

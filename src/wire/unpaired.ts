import type { DocumentText } from "./documentText.ts";
import type { Range } from "./gaps.ts";

/** A range cut to the text, and made wider where it would cut a surrogate pair. */
export function unpaired(text: DocumentText, { start, end }: Range): Range {
  const from = Math.max(0, start);
  const to = Math.min(text.length, end);
  const isCut = (at: number) => at > 0 && isPair(text.slice(at - 1, at + 1) ?? "");
  return { start: isCut(from) ? from - 1 : from, end: isCut(to) ? to + 1 : to };
}

/** Whether these two units are the two halves of one character. */
function isPair(units: string): boolean {
  return units.length === 2 && (units.codePointAt(0) ?? 0) > 0xffff;
}

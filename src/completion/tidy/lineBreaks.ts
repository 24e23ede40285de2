import type { Place } from "./place.ts";

/** Text with `\n` alone at its lines' ends, as the filters read it. */
export const withPlainBreaks = (text: string): string =>
  text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text;

/** A place with `\n` alone at its lines' ends. */
export function withPlainBreaksAt(place: Place): Place {
  const { before, after, languageId } = place;
  if (!before.includes("\r") && !after.includes("\r")) return place;
  return {
    before: before.replace(/\r\n/g, "\n"),
    after: after.replace(/\r\n/g, "\n"),
    languageId,
  };
}

/**
 * Gives a text the line breaks the document has; where nothing tells, `\n`. The editor would do that itself
 * when it inserts the text; done here, the text is what the document will hold once it is typed.
 */
export function useDocumentBreaks(text: string, { before, after, hasCrLf }: Place): string {
  if (!text.includes("\n")) return text;
  const above = before.lastIndexOf("\n");
  const isSeen = above < 0 ? /^[^\n]*\r\n/.test(after) : before[above - 1] === "\r";
  return (hasCrLf ?? isSeen) ? text.replaceAll("\n", "\r\n") : text;
}

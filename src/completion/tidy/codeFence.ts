import { lineBefore } from "../extent.ts";
import type { Place } from "./place.ts";
import { isProse } from "./prose.ts";

const opening = /^\s*```[\w+#.-]*[ \t]*(?:\n|$)/;
const atLineEnd = /```[\w+#.-]*[ \t]*(?:\n|$)/;
const atLineStart = /\n[ \t]*```/;
const atStart = /^[ \t]*```/;
const shortestEchoChars = 3;

/**
 * Takes the code out of the fence a chat model puts round it, without the beginning of the line that it then
 * says again, and ends the text at any other fence. A document that has fences itself, in its comments
 * maybe, keeps them.
 */
export function unfence(text: string, place: Place): string {
  if (!text.includes("```")) return text;
  const { before, after, languageId } = place;
  if (isProse(languageId) || before.includes("```") || after.includes("```")) return text;
  const begun = lineBefore(before);
  const fence = opening.exec(text)?.[0];
  const code = fence === undefined ? text : withoutEcho(text.slice(fence.length), begun.trim());
  const isAtStart = begun.trim() === "" && atStart.test(code);
  const ends = [atLineEnd, atLineStart].map((end) => end.exec(code)?.index ?? code.length);
  return isAtStart ? "" : code.slice(0, Math.min(...ends));
}

function withoutEcho(code: string, begun: string): string {
  const isEcho = begun.length >= shortestEchoChars && code.trimStart().startsWith(begun);
  return isEcho ? code.trimStart().slice(begun.length) : code;
}

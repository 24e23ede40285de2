import type { Place } from "./place.ts";
import { lineBefore } from "../extent.ts";
import { isProse } from "./prose.ts";

const marker = /^(?:<{7}|>{7}|\|{7})(?:[ \t]|$)/m;
const middle = /^={7}[ \t]*$/m;

/**
 * Leaves nothing of a text that has a merge conflict's markers, nor of any text inside a conflict: there a
 * person decides between two texts and a third is no help. In prose a line of `=` underlines a heading.
 */
export function refuseConflict(text: string, place: Place): string {
  if (isInsideConflict(place)) return "";
  if (!/[<>|=]{3}/.test(lineBefore(place.before) + text)) return text;
  const made = lineBefore(place.before) + text;
  const isConflict = marker.test(made) || (!isProse(place.languageId) && middle.test(made));
  return isConflict ? "" : text;
}

function isInsideConflict({ before, after }: Place): boolean {
  if (!before.includes("<<<<<<< ")) return false;
  const begin = lastLineStart(before, "<<<<<<< ");
  if (begin < 0 || lastLineStart(before, ">>>>>>> ") > begin) return false;
  return after.includes("\n>>>>>>> ");
}

/** Where the last line begins that begins with a mark; -1 when none does. */
function lastLineStart(text: string, mark: string): number {
  const at = text.lastIndexOf(`\n${mark}`);
  if (at >= 0) return at + 1;
  return text.startsWith(mark) ? 0 : -1;
}

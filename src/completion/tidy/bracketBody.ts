import { lineBefore, restOfLine } from "../extent.ts";
import { closersBehind, closingOf, withoutLifetimes } from "./closing.ts";
import { indentationOf } from "./lines.ts";
import type { Place } from "./place.ts";

const bracketPairs = new Set(["()", "[]", "{}"]);

/** Whether the cursor stands between two brackets that belong together, with nothing else in them. */
export function isBetweenBrackets({ before, after }: Place): boolean {
  const left = lineBefore(before).trimEnd().slice(-1);
  return bracketPairs.has(left + restOfLine(after).trimStart().slice(0, 1));
}

/**
 * Lines for in front of a closing bracket. One whose opening bracket ends a line goes to a line of its own
 * below, indented as that line is; so does one the text has put there already. Behind another block's end
 * (`foo(() => {}█)`) it may stay. Undefined when the lines do not fit there.
 */
export function putBracketBelow(text: string, place: Place): string | undefined {
  const begun = lineBefore(place.before);
  const line = begun + text;
  const closers = closersBehind(place);
  const { isEven, openAt } = closingOf({
    line: withoutLifetimes(line, place.languageId),
    closers,
    from: begun.length,
  });
  if (!isEven) return undefined;
  if (text.slice(text.trimEnd().length).includes("\n")) return text;
  if (openAt !== undefined && /^[ \t]*\n/.test(line.slice(openAt + 1))) {
    const opening = line.slice(line.lastIndexOf("\n", openAt) + 1, openAt);
    return `${text.trimEnd()}\n${indentationOf(opening)}`;
  }
  return /^\s*[)\]}]/.test(text.slice(text.lastIndexOf("\n") + 1)) ? text : undefined;
}

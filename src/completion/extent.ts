import { type CompletionRequest } from "../wire/messages.ts";

/** How far a suggestion may go: to the end of the line, or over the lines of a block. */
export type Extent = "line" | "block";

/** On a line that is blank but for the cursor a block may begin; anywhere else one line is finished. */
export function extentOf(request: Pick<CompletionRequest, "before" | "after">): Extent {
  const { before, after } = request;
  return lineBefore(before).trim() === "" && restOfLine(after).trim() === "" ? "block" : "line";
}

/** The text left of the cursor, from its line's start. */
export const lineBefore = (before: string): string => before.slice(before.lastIndexOf("\n") + 1);

/** The text right of the cursor, up to its line's end. */
export function restOfLine(after: string): string {
  const end = /\r?\n/.exec(after)?.index;
  return end === undefined ? after : after.slice(0, end);
}

/** Where streamed text holds all that the extent allows: that text; undefined while more is wanted. */
export function enough(text: string, extent: Extent): string | undefined {
  const begin = /^(\r?\n)?/.exec(text)?.[0].length ?? 0; // an answer may begin with a line break
  const end = extent === "line" ? /\r?\n/ : /\r?\n[ \t]*\r?\n/;
  const at = end.exec(text.slice(begin));
  return at ? text.slice(0, begin + at.index) : undefined;
}

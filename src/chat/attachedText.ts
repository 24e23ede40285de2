import type { Attachment } from "./conversation.ts";

/** The most one attachment may have, in UTF-16 units: it fits a question, whatever its characters. */
export const maxAttachmentChars = 100_000;

/** A text in a Markdown fence that nothing in it closes. */
export function fenced(text: string, languageId: string): string {
  const runs = text.match(/`{3,}/g) ?? [];
  const fence = "`".repeat(Math.max(3, ...runs.map(({ length }) => length + 1)));
  return `${fence}${languageId}\n${text}${text.endsWith("\n") ? "" : "\n"}${fence}`;
}

/** A line that begins or ends a fenced block of Markdown: its marks, and what stands behind them. */
export const fenceLine = /^ {0,3}(`{3,}(?=[^`]*$)|~{3,})(.*)$/;

/** A Markdown text with the end of its last fence, where it broke off within that. A fence in a list ends with its item. */
export function withFenceClosed(text: string): string {
  let open: string | undefined;
  for (const line of text.split(/\r?\n/)) {
    const [, marks = "", info = ""] = fenceLine.exec(line) ?? [];
    if (marks === "") continue;
    if (open === undefined) open = line.startsWith(" ") ? undefined : marks;
    else if (marks.startsWith(open) && info.trim() === "") open = undefined;
  }
  return open === undefined ? text : `${text}${text.endsWith("\n") ? "" : "\n"}${open}`;
}

/** Where it is from: `src/a.ts, lines 3-9`. */
function placeOf({ kind, path, firstLine, lastLine }: Attachment): string {
  if (kind === "file") return path;
  return `${path}, ${firstLine === lastLine ? `line ${firstLine}` : `lines ${firstLine}-${lastLine}`}`;
}

/** An attachment as a model reads it. */
export function attachedText(attachment: Attachment): string {
  const { kind, languageId, text } = attachment;
  const what = kind === "problem" ? `Problem in ${placeOf(attachment)}` : placeOf(attachment);
  return `${what}:\n${fenced(text, kind === "problem" ? "" : languageId)}`;
}

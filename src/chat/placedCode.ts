import { indentationOf, indentedTo, leastIndentation } from "./indentation.ts";

/** Where a block of code goes: what it takes the place of, and what else stands on its first and on its last line. */
export interface CodePlace {
  readonly before: string;
  readonly replaced: string;
  readonly after: string;
}

/**
 * The text that puts a block of code there: with the indentation of the place, and as lines of its own where that has whole
 * lines. Line ends are `\n`.
 */
export function placedCode(code: string, place: CodePlace): string {
  if (code.trim() === "") return "";
  const { before, replaced } = place;
  const lineEnd = before.trim() === "" ? undefined : /^[ \t]*\r?\n/.exec(replaced)?.[0];
  if (lineEnd === undefined) return placedLines(code, place);
  const below = { ...place, before: "", replaced: replaced.slice(lineEnd.length) };
  return `${lineEnd.replace("\r", "")}${placedLines(code, below)}`;
}

function placedLines(code: string, { before, replaced, after }: CodePlace): string {
  const isAtStart = before.trim() === "";
  const block = code.replace(/\r?\n$/, "").split(/\r?\n/);
  const wanted =
    isAtStart && replaced.trim() !== ""
      ? leastIndentation(`${before}${replaced}`.split(/\r?\n/))
      : indentationOf(`${before}${replaced}`);
  const [first = "", ...rest] = indentedTo(block, wanted);
  const begun =
    isAtStart && first.startsWith(before) ? first.slice(before.length) : first.trimStart();
  const text = [begun, ...rest].join("\n");
  const nextLine = /\n[ \t]*$/.exec(replaced)?.[0];
  if (nextLine !== undefined) return `${text}${nextLine}`;
  const joinsNext = replaced.trim() === "" && isAtStart && after.trim() !== "";
  return joinsNext ? `${text}\n${before}${replaced}` : text;
}

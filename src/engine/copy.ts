import { isWordCode } from "./lexer.ts";
import { type Match } from "./search.ts";

const longestCopyChars = 400;

/**
 * The text to insert for a match: the rest of its line, fitted to what follows the cursor. Undefined
 * when nothing would be added, or when the text to the right is neither met again nor only closers.
 * `isInWord` says that a word touches the cursor on its left.
 */
export function copyOf(match: Match, after: string, isInWord: boolean): string | undefined {
  const rest = lineAt(match.text, match.offset).trimEnd();
  const right = lineAt(after, 0).trimEnd();
  if (rest === "" || rest.length > longestCopyChars) return undefined;
  if (right === "") return rest;
  if (rest === right || (isInWord && isWordCode(right.charCodeAt(0)))) return undefined;
  if (/^[\s)\]}"'`;,>]*$/.test(right)) return rest;
  const middle = rest.endsWith(right) ? rest.slice(0, -right.length) : "";
  return middle.trim() === "" ? undefined : middle;
}

/** From the offset to the end of the line. */
function lineAt(text: string, offset: number): string {
  const end = text.indexOf("\n", offset);
  return end < 0 ? text.slice(offset) : text.slice(offset, end);
}

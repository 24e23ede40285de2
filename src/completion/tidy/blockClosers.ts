import { cutBeforeLine, indentationOf, linesAbove, linesBelow, madeLines } from "./lines.ts";
import type { Place } from "./place.ts";

const brackets = /^[)\]}][)\]};,]*$/;
const blockWords =
  /\b(?:def|class|module|do|if|unless|while|until|for|case|begin|function|then|struct|macro|try|interface|repeat|select|loop)\b/i;
const keywords = /^(?:end|endif|endfunction|endwhile|endfor|fi|done|esac|<\/[\w.-]+>)[;,.]?$/i;

/** Whether a line does nothing but close what was opened above: `});`, `end`, `</div>`. */
export function isCloserLine(line: string): boolean {
  const code = line.trim();
  return brackets.test(code) || keywords.test(code);
}

const comparedLines = 6;

/**
 * Cuts the closing lines at a text's end that stand below already, blank lines left out. In code that is
 * indented, two blocks of one indentation never end one right after the other: the second would need a
 * beginning of its own, and that is looked for above.
 */
export function cutDuplicateClosers(text: string, place: Place): string {
  const said = text.trimEnd();
  if (!isCloserLine(said.slice(said.lastIndexOf("\n") + 1))) return text;
  const below = closersOnTop(linesBelow(place.after, comparedLines));
  if (below.length === 0) return text;
  const { lines, from, to } = madeLines(text, place);
  if (to < lines.length) return text;
  const filled = [...lines.entries()].filter(([, line]) => line.trim() !== "");
  for (let count = Math.min(below.length, filled.length); count > 0; count--) {
    const end = filled.slice(-count);
    const at = end[0]?.[0] ?? 0;
    if (end.some(([, line], index) => line.trimEnd() !== below[index])) continue;
    if (at < from) return text;
    const above = [...linesAbove(place.before, 400).toReversed(), ...lines.slice(0, at)];
    return hasTwoBeginnings(above, below[0] ?? "") ? text : cutBeforeLine(text, at);
  }
  return text;
}

/** The lines up to the first that does not close a block. */
function closersOnTop(lines: readonly string[]): readonly string[] {
  const end = lines.findIndex((line) => !isCloserLine(line));
  return end < 0 ? lines : lines.slice(0, end);
}

/** Whether two blocks that are still open begin at the indentation of a closing line. */
function hasTwoBeginnings(above: readonly string[], closer: string): boolean {
  const indentation = indentationOf(closer);
  let closed = 0;
  let begun = 0;
  for (const line of above.toReversed()) {
    if (line.trim() === "") continue;
    const own = indentationOf(line);
    if (own.length < indentation.length) return false;
    if (own !== indentation) continue;
    if (begins(line, closer)) {
      if (closed > 0) closed--;
      else if (++begun === 2) return true;
    }
    if (isCloserLine(line) || brackets.test(line.trim().charAt(0))) closed++;
  }
  return false;
}

/** Whether a line begins a block that ends as the closing line does. */
function begins(line: string, closer: string): boolean {
  const code = line.trimEnd();
  const tag = /^<\/([\w.-]+)/.exec(closer.trim())?.[1];
  if (tag !== undefined) return code.trimStart().startsWith(`<${tag}`);
  if (brackets.test(closer.trim())) return /[([{]$/.test(code);
  return blockWords.test(code);
}

/** Text to insert at the cursor and how many UTF-16 units after the cursor it takes the place of. */
export interface Fitted {
  readonly text: string;
  readonly replaceAfterChars: number;
}

const closersOnly = /^[\s)\]}>"'`;,:]*$/;

/**
 * Makes the first line of a suggestion fit what stands right of the cursor on its line, such as brackets
 * and quotes the editor closed by itself.
 * - Text that repeats it at its end takes its place, so that nothing is there twice.
 * - Text that holds those closers in order takes their place: the editor shows only what is new.
 * - Anything else is put before it.
 */
export function fitToRestOfLine(text: string, restOfLine: string): Fitted {
  const rest = restOfLine.trimEnd();
  if (rest === "") return { text, replaceAfterChars: 0 };
  const lineEnd = text.search(/\r?\n/);
  const firstLine = lineEnd < 0 ? text : text.slice(0, lineEnd);
  if (firstLine.endsWith(rest) || (closersOnly.test(rest) && isSubsequence(rest, firstLine))) {
    return { text: firstLine, replaceAfterChars: rest.length };
  }
  return { text: withoutUnopened(firstLine, rest), replaceAfterChars: 0 };
}

/** Whether the characters of `part` stand in `whole` in this order. */
function isSubsequence(part: string, whole: string): boolean {
  let at = -1;
  for (const character of part) {
    at = whole.indexOf(character, at + 1);
    if (at < 0) return false;
  }
  return true;
}

const openers: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{" };

/** Cuts the text before the first closer it did not open itself when the rest of the line closes it. */
function withoutUnopened(text: string, rest: string): string {
  const open: string[] = [];
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index);
    if ("([{".includes(character)) open.push(character);
    const opener = openers[character];
    if (opener === undefined) continue;
    if (open.at(-1) === opener) open.pop();
    else if (rest.startsWith(character)) return text.slice(0, index);
  }
  return text;
}

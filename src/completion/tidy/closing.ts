/** What a text put before some closers does with them. */
export interface Closing {
  /** Where it first does the work of one of them; undefined when it closes only what it opened. */
  readonly firstAt: number | undefined;
  /** What is still to be closed behind it, the next first: the closers themselves when it left all alone. */
  readonly left: string;
  /** Whether just the closers are still to be closed behind it. */
  readonly isEven: boolean;
}

const closerFor: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };
const isQuote = (character: string | undefined): boolean =>
  character === '"' || character === "'" || character === "`";

/** Reads a text from the left; `closers` stand behind it, the next one first. */
export function closingOf(text: string, closers: string): Closing {
  const pairs = closers.startsWith(">") ? { ...closerFor, "<": ">" } : closerFor;
  const open = [...closers].reverse(); // the last one is the next to be closed
  let others = open.length; // that many were opened before the text
  let firstAt: number | undefined;
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    const next = open.at(-1);
    const closer = pairs[character];
    if (character === next && !(character === ">" && /[=-]/.test(text.charAt(at - 1)))) {
      if (open.length === others) {
        firstAt ??= at;
        others--;
      }
      open.pop();
    } else if (isQuote(next)) {
      if (character === "\\") at++;
      else if (next === "`" && text.startsWith("${", at)) {
        open.push("}");
        at++;
      }
    } else if (closer !== undefined) open.push(closer);
    else if (isQuote(character) && (text.includes(character, at + 1) || closers[0] === character)) {
      open.push(character); // not an apostrophe
    }
  }
  const left = open.reverse().join("");
  return { firstAt, left, isEven: left === closers };
}

/** The closers in the text right of a cursor that close what stands left of it, the next one first. */
export function closersOf(rest: string): string {
  const open: string[] = [];
  let closers = "";
  for (let at = 0; at < rest.length; at++) {
    const character = rest.charAt(at);
    const next = open.at(-1);
    const closer = closerFor[character];
    if (character === next) open.pop();
    else if (isQuote(next)) at += character === "\\" ? 1 : 0;
    else if (closer !== undefined) open.push(closer);
    else if (isQuote(character) && rest.slice(at).split(character).length % 2 === 1) {
      open.push(character); // one of a pair
    } else if (isQuote(character) || ")]}".includes(character)) closers += character;
  }
  return rest.startsWith(">") ? `>${closers}` : closers;
}

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
  const open = closers.split("").reverse(); // the last one is the next to be closed
  let others = open.length; // that many were opened before the text
  let firstAt: number | undefined;
  for (let at = 0; at < text.length; at++) {
    const next = open.at(-1);
    if (isQuote(next) && text[at] === "\\") at++;
    else if (text[at] === next && !isArrow(text, at)) {
      if (open.length === others) {
        firstAt ??= at;
        others--;
      }
      open.pop();
    } else {
      const closer = isQuote(next)
        ? closerInQuotes(text, at, next)
        : closerInCode(text, at, closers);
      if (closer !== undefined) open.push(closer);
    }
  }
  const left = open.reverse().join("");
  return { firstAt, left, isEven: left === closers };
}

const isArrow = (text: string, at: number): boolean => /^[=-]>/.test(text.slice(at - 1, at + 1));

/** What closes that which a character in quotes opens. */
const closerInQuotes = (text: string, at: number, quote: string | undefined): string | undefined =>
  quote === "`" && text[at] === "{" && text[at - 1] === "$" ? "}" : undefined;

/** What closes that which a character outside of quotes opens. */
function closerInCode(text: string, at: number, closers: string): string | undefined {
  const character = text.charAt(at);
  if (character === "<" && closers.startsWith(">")) return ">";
  if (!isQuote(character)) return closerFor[character];
  const isApostrophe = !text.includes(character, at + 1) && !closers.startsWith(character);
  return isApostrophe ? undefined : character;
}

/** Beyond this a line is data: what a person's brackets close stands nearer. */
const searchedChars = 400;

/** The closers in the text right of a cursor that close what stands left of it, the next one first. */
export function closersOf(restOfLine: string): string {
  const rest = restOfLine.slice(0, searchedChars);
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

import { isWordCode } from "./lexer.ts";

/** A text from the cursor on, and how likely all of it is what will be written, 0 to 1. */
interface Offer {
  readonly text: string;
  readonly confidence: number;
}

/**
 * What of a line, read step by step, can be put beside what stands right of the cursor: all of it where that is nothing but
 * closers or its end, but for what waits for more before these; else the end of the word at the cursor where that is as likely
 * as this; undefined for nothing.
 */
export function besides(
  steps: readonly Offer[],
  { before, after }: { readonly before: string; readonly after: string },
  leastConfidence: number,
): Offer | undefined {
  const lineEnd = after.indexOf("\n");
  const right = (lineEnd < 0 ? after : after.slice(0, lineEnd)).trimEnd();
  const first = steps[0];
  const whole = steps.findLast(({ text }) => !isUnfinished(text, right));
  const text = whole && fitted(whole.text, right);
  if (whole && text !== undefined) return { text, confidence: whole.confidence };
  if (!first || first.confidence < leastConfidence) return undefined;
  return isEndOfWord(first.text, before, right) ? first : undefined;
}

/** Undefined where what stands right of the cursor is neither the text's end nor only closers. */
function fitted(text: string, right: string): string | undefined {
  if (right !== "" && right.startsWith(text.trim())) return undefined;
  if (/^(?:[\s)\]}"'`;,>]|(?<=[)\]}]):)*$/.test(right)) return text;
  const middle = text.endsWith(right) ? text.slice(0, -right.length) : "";
  return middle.trim() === "" ? undefined : middle;
}

/** What waits for more: an operator, a point, an opener, a comma. At a string's end most of these are its own. */
const waits = /(?:[,([{=:<|^~]|&&|[=-]>|(?<!\.\.)\.|(?<!\+)\+|(?<!-)-)$/;
const waitsInString = /[,([{]$/;

/** Whether a text ends with what more has to come behind, before what is closed there. */
function isUnfinished(text: string, right: string): boolean {
  if (closesMore(text)) return false; // it says itself what is closed there
  if (/^["'`]/.test(right)) return waitsInString.test(text);
  if (right.startsWith("]") && text.endsWith(":")) return false; // a slice
  return /^\s*[)\]}>]/.test(right) && waits.test(text);
}

/** Whether a text closes a bracket that it has not opened. */
function closesMore(text: string): boolean {
  let open = 0;
  for (const sign of text) {
    if ("([{".includes(sign)) open += 1;
    else if (")]}".includes(sign)) open -= 1;
    if (open < 0) return true;
  }
  return false;
}

const isEndOfWord = (text: string, before: string, right: string): boolean =>
  isWordCode(before.charCodeAt(before.length - 1)) &&
  isWordCode(text.charCodeAt(0)) &&
  !isWordCode(right.charCodeAt(0));

/** A line of a streamed text; places are offsets in the text. */
export interface Line {
  /** Without its line break. */
  readonly text: string;
  readonly at: number;
  readonly endAt: number;
  /** Whether nothing of it is still to come. */
  readonly isComplete: boolean;
}

/** The lines of a text that may still grow, from behind the line breaks it may begin with. */
export function linesOf(text: string, isDone: boolean): Line[] {
  const lines: Line[] = [];
  let at = /^(?:[ \t]*\r?\n)+/.exec(text)?.[0].length ?? 0;
  for (;;) {
    const breakAt = text.indexOf("\n", at);
    const isLast = breakAt < 0;
    const end = isLast ? text.length : breakAt;
    const endAt = end > at && text[end - 1] === "\r" ? end - 1 : end; // it may be half of a line break
    lines.push({ text: text.slice(at, endAt), at, endAt, isComplete: !isLast || isDone });
    if (isLast) return lines;
    at = breakAt + 1;
  }
}

/** Whether a line's first token has come; the last one of a text may still grow. */
export function hasFirstToken({ text, isComplete }: Line): boolean {
  const [token] = /^\s*(?:[\w$]+|[^\w$\s]+)/.exec(text) ?? [];
  return token !== undefined && (isComplete || token.length < text.length);
}

/** Whether nothing but blanks has come of a line. */
export const isBlank = ({ text }: Line): boolean => text.trim() === "";

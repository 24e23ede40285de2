import type { Lexis } from "./lexis.ts";

/** What a line does, read after the lines above it. */
export interface ReadLine {
  /** What is open behind it, the innermost last: openers, and the beginnings of long strings and comments. */
  readonly open: readonly string[];
  /** How few of these were open at some place of it, from `fromAt` on. */
  readonly fewestOpen: number;
  /** Where it first closes what had not been opened, from `fromAt` on; undefined when it does not. */
  readonly outerCloserAt: number | undefined;
  /** Whether it ends within a string that does not go on below. */
  readonly isInString: boolean;
  /** Where what makes the rest of it a comment stands; undefined where nothing does. */
  readonly commentAt: number | undefined;
  /** Its code without a comment behind it and without blanks at its ends; strings are left in. */
  readonly code: string;
}

const closerOf: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}", "${": "}" };
const commentOpener = "/*";

/** Whether what is open last is no code: a string over several lines, or a comment. */
export const isInLiteral = (open: readonly string[]): boolean => {
  const innermost = open.at(-1);
  return innermost !== undefined && closerOf[innermost] === undefined;
};

/** What is known before a line is read. */
export interface BeforeLine {
  /** What the lines above have left open. */
  readonly open: readonly string[];
  readonly lexis: Lexis;
}

/** Reads a line without its line break from the left. */
export function readLine(line: string, { open, lexis }: BeforeLine, fromAt = 0): ReadLine {
  const reader = new LineReader(line, open, lexis);
  reader.read(fromAt);
  const { open: left, fewestOpen, outerCloserAt, isInString, commentAt, code } = reader;
  return { open: left, fewestOpen, outerCloserAt, isInString, commentAt, code: code.trim() };
}

class LineReader {
  readonly open: string[];
  outerCloserAt: number | undefined;
  commentAt: number | undefined;
  code = "";
  fewestOpen = 0;
  isInString = false;
  #fromAt = 0;
  readonly #line: string;
  readonly #lexis: Lexis;

  constructor(line: string, open: readonly string[], lexis: Lexis) {
    this.#line = line;
    this.open = [...open];
    this.#lexis = lexis;
  }

  read(fromAt: number): void {
    this.#fromAt = fromAt;
    this.fewestOpen = this.open.length;
    for (let at = 0; at < this.#line.length;) {
      if (at <= fromAt) this.fewestOpen = this.open.length;
      const isLiteral = isInLiteral(this.open);
      const end = isLiteral ? this.#literal(at) : this.#token(at);
      if (!isLiteral || this.open.at(-1) !== commentOpener) this.#keep(at, end);
      at = end;
    }
  }

  #keep(from: number, to: number): void {
    if (!this.#isCommentAt(from)) this.code += this.#line.slice(from, to);
  }

  #isCommentAt(at: number): boolean {
    const { lineComments, hasBlockComments } = this.#lexis;
    if (hasBlockComments && this.#line.startsWith(commentOpener, at)) return true;
    return lineComments.some((mark) => this.#line.startsWith(mark, at));
  }

  /** The end of what is read at once within a long string or a comment. */
  #literal(at: number): number {
    const kind = this.open.at(-1) ?? "";
    const end = kind === commentOpener ? "*/" : kind;
    if (this.#line.startsWith(end, at)) {
      this.open.pop();
      return at + end.length;
    }
    if (kind === "`" && this.#lexis.hasTemplates && this.#line.startsWith("${", at)) {
      this.open.push("${");
      return at + 2;
    }
    return at + (this.#line[at] === "\\" && kind !== commentOpener ? 2 : 1);
  }

  /** The end of the token of code at `at`. */
  #token(at: number): number {
    const line = this.#line;
    if (this.#isCommentAt(at)) return this.#comment(at);
    const long = this.#lexis.longQuotes.find((quote) => line.startsWith(quote, at));
    if (long !== undefined) {
      this.open.push(long);
      return at + long.length;
    }
    const character = line.charAt(at);
    if (character === '"' || character === "'") return this.#string(at, character);
    if (character === "/" && this.#lexis.hasPatterns) return this.#pattern(at);
    this.#bracket(at, character);
    return at + 1;
  }

  #comment(at: number): number {
    const isLine = this.#lexis.lineComments.some((mark) => this.#line.startsWith(mark, at));
    if (isLine) {
      this.commentAt = at;
      return this.#line.length;
    }
    this.open.push(commentOpener);
    return at + commentOpener.length;
  }

  /** A string ends on its line, whether its quote comes or not. */
  #string(at: number, quote: string): number {
    if (quote === "'" && this.#lexis.hasBareApostrophes) {
      const [character] = /^'(\\[^']*|[^\\'])'/u.exec(this.#line.slice(at)) ?? [];
      return at + (character?.length ?? 1);
    }
    for (let end = at + 1; end < this.#line.length; end++) {
      if (this.#line[end] === "\\") end++;
      else if (this.#line[end] === quote) return end + 1;
    }
    this.isInString = true;
    return this.#line.length;
  }

  /** A pattern begins where a value may; anywhere else it is a division. */
  #pattern(at: number): number {
    const isDivision = /([\w$)\]}"'`])\s*$/.test(this.code) && !/\breturn\s*$/.test(this.code);
    if (isDivision) return at + 1;
    const [pattern] = /^\/(\\.|\[(\\.|[^\]\\])*\]|[^/\\[])+\//.exec(this.#line.slice(at)) ?? [];
    return at + (pattern?.length ?? 1);
  }

  #bracket(at: number, character: string): void {
    if (closerOf[character] !== undefined) this.open.push(character);
    if (!")]}".includes(character)) return;
    if (this.open.length > 0) this.open.pop();
    else if (at >= this.#fromAt) this.outerCloserAt ??= at;
    this.fewestOpen = Math.min(this.fewestOpen, this.open.length);
  }
}

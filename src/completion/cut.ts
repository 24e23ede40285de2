import { type Begun, begunAt, columnsOf } from "./begun.ts";
import { type Extent, isHeader, isUnfinished, lineBefore } from "./extent.ts";
import type { Place } from "./tidy/place.ts";
import { type Line, hasFirstToken, isBlank, linesOf } from "./streamedLines.ts";
import { type ReadLine, isInLiteral, readLine } from "./syntax/brackets.ts";
import type { Lexis } from "./syntax/lexis.ts";
import type { StatementText, SyntaxView } from "./syntax/syntaxView.ts";

/** An answer as far as it has come. */
export interface Streamed {
  readonly text: string;
  /** No more of it comes. */
  readonly isDone: boolean;
}

/** Where an answer ends. */
export interface Cut {
  /** How many UTF-16 units of the text are shown; while more may come, that many at least. */
  readonly endChars: number;
  /** Nothing that comes later changes `endChars`. */
  readonly isWhole: boolean;
}

/** No suggestion has more lines. */
export const maxLines = 12;

/**
 * Where streamed text ends for an extent. Pure: in whatever pieces a text comes, it ends in the same place,
 * as long as `syntax` stays the same; so that is taken once for each ask.
 */
export function cutAt(
  streamed: Streamed,
  place: Place,
  extent: Extent,
  syntax: SyntaxView | undefined,
): Cut {
  const begun = begunAt(streamed.text, place, extent, syntax);
  return new Cutter(streamed, { before: place.before, begun, syntax }).cut();
}

/** What a text is cut by. */
interface Plan {
  readonly before: string;
  readonly begun: Begun;
  readonly syntax: SyntaxView | undefined;
}

/** What is known behind a line: the text ends there, goes on, or more of it must come first. */
type Verdict = "ends" | "goes on" | "wait";

/** Reads one text from the top, line by line. */
class Cutter {
  readonly #streamed: Streamed;
  readonly #line: string;
  readonly #plan: Plan;
  readonly #lines: readonly Line[];
  #open: readonly string[];
  /** Where the text begins; undefined until it is looked at. */
  #columns: number | undefined;
  /** Where the statement begins; undefined while there are comments and the like alone. */
  #statementAt: number | undefined;
  /** Ends that are good enough: behind the first line, behind a closed one, and one within braces. */
  #firstEnd: number | undefined;
  #closedEnd = 0;
  #bracedEnd = 0;
  /** The end of the last line that is not blank. */
  #lastEnd = 0;

  constructor(streamed: Streamed, plan: Plan) {
    const { begun, before } = plan;
    this.#streamed = streamed;
    this.#line = lineBefore(before);
    this.#plan = plan;
    this.#lines = linesOf(streamed.text, streamed.isDone);
    this.#open = begun.open;
    const isBelow = this.#lines[0]?.at !== 0 && begun.kind === "line";
    if (this.#line.trim() !== "" && !isBelow) this.#statementAt = -this.#line.trimStart().length;
  }

  cut(): Cut {
    for (const [index, line] of this.#lines.slice(0, maxLines).entries()) {
      const endChars = isBlank(line) ? this.#skip(index, line) : this.#take(index, line);
      if (endChars !== undefined) return { endChars, isWhole: true };
    }
    const first = this.#firstEnd ?? 0;
    const isTooLong = this.#lines.length > maxLines;
    if (!isTooLong && !this.#streamed.isDone) {
      return { endChars: Math.max(this.#closedEnd, first), isWhole: false };
    }
    const isGood = !isTooLong && this.#open.length === 0;
    const endChars = isGood ? this.#lastEnd : this.#closedEnd || this.#bracedEnd || first;
    return { endChars, isWhole: true };
  }

  /** Blank lines are judged with the line above them, but for those the text begins with. */
  #skip(index: number, line: Line): number | undefined {
    if (!line.isComplete || this.#firstEnd !== undefined) return undefined;
    if (this.#plan.begun.kind === "line") return line.endAt;
    return index > 0 ? 0 : undefined;
  }

  /** Reads a line; gives the text's end once it is known. */
  #take(index: number, line: Line): number | undefined {
    const { begun } = this.#plan;
    const read = this.#read(index, line);
    const isFirst = this.#firstEnd === undefined;
    if (begun.kind !== "line" && read.outerCloserAt !== undefined) {
      return this.#endBefore(read.outerCloserAt, line);
    }
    this.#firstEnd ??= this.#shownEnd(line);
    if (!line.isComplete) return undefined;
    const opens = isHeader(read.code, read.open, begun.lexis);
    const isClosed = read.open.length === 0 && !opens;
    if (isFirst && begun.kind === "line" && (isClosed || !begun.mayGoOn())) return line.endAt;
    this.#open = read.open;
    this.#note(line, read, opens);
    return isClosed && this.#behind(index) === "ends" ? line.endAt : undefined;
  }

  /** Blanks at the end of a line may turn out to stand before a bracket of others. */
  #shownEnd({ text, at, endAt }: Line): number {
    return this.#plan.begun.kind === "line" ? endAt : at + text.trimEnd().length;
  }

  /** The first line is read with what stands left of the cursor on it. */
  #read(index: number, line: Line): ReadLine {
    const { begun } = this.#plan;
    if (index > 0 || line.at > 0) {
      return readLine(line.text, { open: this.#open, lexis: begun.lexis });
    }
    const from = this.#line.length;
    const read = readLine(this.#line + line.text, { open: [], lexis: begun.lexis }, from);
    const open = begun.kind === "line" ? read.open.slice(read.fewestOpen) : read.open;
    const closerAt = read.outerCloserAt;
    return { ...read, open, outerCloserAt: closerAt === undefined ? undefined : closerAt - from };
  }

  /** What is closed there was opened by others. In a line that may still grow it may yet be no closer at all. */
  #endBefore(closerAt: number, line: Line): number | undefined {
    const kept = line.text.slice(0, closerAt).trimEnd();
    const isAtStart = kept.trim() === "";
    const endChars = isAtStart ? this.#lastEnd : line.at + kept.length;
    if (line.isComplete || isAtStart) return endChars;
    this.#firstEnd ??= endChars;
    return undefined;
  }

  /** Notes what the text may end with, should it have to end before it is whole. */
  #note(line: Line, read: ReadLine, opens: boolean): void {
    this.#lastEnd = line.endAt;
    const isComment = read.code === "" && !isInLiteral(read.open);
    const isComplete = isComment
      ? this.#statementAt === undefined
      : isRest(read, this.#plan.begun.lexis) && !opens;
    if (!isComment && !isAhead(read.code)) this.#statementAt ??= line.at + beginOf(line);
    if (!isComplete) return;
    if (read.open.length === 0) this.#closedEnd = line.endAt;
    else if (read.open.at(-1) === "{") this.#bracedEnd = line.endAt;
  }

  /** What comes behind a line that leaves nothing open. */
  #behind(index: number): Verdict {
    const { kind, lexis } = this.#plan.begun;
    const below = this.#lines[index + 1];
    const isBlankBelow = below?.isComplete === true && isBlank(below);
    if (isBlankBelow && lexis.blocks !== "colon") return "ends";
    const next = this.#lines.slice(index + 1).find((line) => !isBlank(line));
    if (!next) return this.#streamed.isDone ? "ends" : "wait";
    this.#columns ??= this.#plan.begun.columns();
    const deeper = columnsOf(next.text) - this.#columns;
    if (deeper < (isBlankBelow ? 1 : 0)) return "ends";
    if (kind === "run" || deeper > 0 || this.#statementAt === undefined) return "goes on";
    return this.#isNextOther(index, next);
  }

  /** Whether the line below begins another statement: its first token mostly tells, or else the whole of it. */
  #isNextOther(index: number, next: Line): Verdict {
    const { syntax } = this.#plan;
    if (/^[)\]}]/.test(next.text.trimStart())) return "goes on"; // a closer is judged as its line is read
    if (!hasFirstToken(next)) return "wait";
    if (!mayGoOnWith(next.text)) {
      const isComplete = syntax?.isComplete(this.#statement(this.#lines[index])) ?? true;
      return isComplete ? "ends" : "goes on";
    }
    if (!syntax) return "goes on";
    if (!next.isComplete) return "wait";
    return syntax.beginsAnew(this.#statement(next), next.at + beginOf(next)) ? "ends" : "goes on";
  }

  /** The text up to a line's end. */
  #statement(line: Line | undefined): StatementText {
    const text = this.#streamed.text.slice(0, line?.endAt);
    return { before: this.#plan.before, text, beginAt: this.#statementAt ?? 0 };
  }
}

/** Where a line's first sign stands in it. */
const beginOf = ({ text }: Line): number => text.search(/\S/);

/** Whether code only leads to a statement, as a decorator or an attribute does. */
const isAhead = (code: string): boolean => /^(?:@|#\[)/.test(code);

/** Whether a person may be left behind a line: within braces a comma ends something, too. */
const isRest = ({ code, open }: ReadLine, lexis: Lexis): boolean =>
  !code.endsWith("{") &&
  (!isUnfinished(code, lexis) || (code.endsWith(",") && open.at(-1) === "{"));

const goOnWords =
  /^(?:and|as|catch|do|elif|else|elseif|end|ensure|except|extends|finally|implements|in|instanceof|is|of|or|rescue|satisfies|then|throws|where)\b/;

/** Whether a line may go on with the statement above it, by how it begins. */
function mayGoOnWith(line: string): boolean {
  const begin = line.trimStart();
  return goOnWords.test(begin) || !/^(?:[\p{L}\p{N}_$@#"'~!]|\/[/*]|--)/u.test(begin);
}

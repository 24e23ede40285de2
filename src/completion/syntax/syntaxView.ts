/**
 * What a cursor stands in. `code`: where a statement may begin or go on. `value`: between the brackets of an
 * expression. `literal`: in a string or a comment.
 */
export type Surroundings = "code" | "value" | "literal";

/** A statement in text that is put at a cursor. */
export interface StatementText {
  readonly before: string;
  readonly text: string;
  /** Where it begins, as an offset in `text`; below 0 when it begins left of the cursor. */
  readonly beginAt: number;
}

/** The syntax of one language, asked at the moment of use. Nothing waits and nothing throws. */
export interface SyntaxView {
  /** What the cursor behind this text stands in; undefined where the syntax does not tell. */
  surroundings(before: string): Surroundings | undefined;
  /** Whether a statement ends where the text ends, with nothing missing; false where the syntax does not tell. */
  isComplete(statement: StatementText): boolean;
  /** Whether what begins at `nextAt` is another statement; false where the syntax does not tell. */
  beginsAnew(statement: StatementText, nextAt: number): boolean;
}

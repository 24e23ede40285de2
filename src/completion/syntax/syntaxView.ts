/**
 * What a cursor stands in. `code`: where a statement may begin or go on. `value`: between the brackets of an
 * expression. `literal`: in a string or a comment.
 */
export type Surroundings = "code" | "value" | "literal";

/** The syntax of one language, asked at the moment of use. Nothing waits and nothing throws. */
export interface SyntaxView {
  /** What the cursor behind this text stands in; undefined where the syntax does not tell. */
  surroundings(before: string): Surroundings | undefined;
  /**
   * Whether the text's last token begins a new statement beside the one that begins at `beginAt`: that one
   * is complete then. False also where the syntax does not tell. `endAt` is where the text for it ends.
   */
  beginsAnew(next: NextToken): boolean;
}

/** A token below a statement, in text that is put at a cursor. Places are offsets in `text`. */
export interface NextToken {
  readonly before: string;
  /** The text up to the token's end. */
  readonly text: string;
  /** Where the statement begins; below 0 when it begins left of the cursor. */
  readonly beginAt: number;
  readonly tokenAt: number;
}

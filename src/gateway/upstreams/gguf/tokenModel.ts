/** A token by its number in the model's vocabulary. */
export type Token = number;

/** The tokens that mark what a model for filling in is given. */
export interface FillMarks {
  /** Stands first where the model wants that. */
  readonly begin: Token | undefined;
  readonly prefix: Token;
  readonly suffix: Token;
  /** Some models have none: what they write follows the prefix. */
  readonly middle: Token | undefined;
}

/** What a prompt is made with. */
export interface Vocabulary {
  readonly marks: FillMarks;
  /** Text alone: what looks like a mark is not taken for one. */
  tokenize(text: string): Token[];
}

/** One loaded model with what it has evaluated last. Its calls are made one after the other, never two at once. */
export interface TokenModel extends Vocabulary {
  /** The most tokens it can have before it, those it writes included. */
  readonly capacityTokens: number;
  /** The text of tokens that follow `before`; what is no whole character at the end becomes U+FFFD. */
  detokenize(tokens: readonly Token[], before: readonly Token[]): string;
  /** Whether a token is none of the text: its end, or a mark. */
  isMark(token: Token): boolean;
  /** Forgets all that was evaluated but what `tokens` begin with. Returns how many tokens that is. */
  keep(tokens: readonly Token[]): Promise<number>;
  /** Evaluates tokens behind those it has. */
  evaluate(tokens: readonly Token[]): Promise<void>;
  /** Evaluates one more token, then writes one after the other for as long as they are asked for. */
  write(last: Token): AsyncIterable<Token>;
}

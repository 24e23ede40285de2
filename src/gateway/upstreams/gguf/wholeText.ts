import type { Token, TokenModel } from "./tokenModel.ts";

/** What is left of a character when its bytes are not all there: one sign for each byte, or one for all. */
const unfinished = /\ufffd{1,3}$/;

/** Turns tokens into text, and holds back the bytes of a character until it is whole. */
export class WholeText {
  readonly #model: Pick<TokenModel, "detokenize">;
  #before: readonly Token[];
  /** The tokens since a character last ended with a token, and what has been given of their text. */
  #pending: Token[] = [];
  #givenChars = 0;

  /** `before` is what the text follows: some vocabularies write the space of a word only in its midst. */
  constructor(model: Pick<TokenModel, "detokenize">, before: readonly Token[]) {
    this.#model = model;
    this.#before = before.slice(-8);
  }

  /** The text that one more token brings; often none, where it ends within a character. */
  add(token: Token): string {
    this.#pending.push(token);
    const text = this.#model.detokenize(this.#pending, this.#before);
    const whole = text.replace(unfinished, "");
    const fresh = whole.slice(this.#givenChars);
    if (whole === text) {
      this.#before = this.#pending.slice(-8);
      this.#pending = [];
      this.#givenChars = 0;
    } else {
      this.#givenChars = Math.max(this.#givenChars, whole.length);
    }
    return fresh;
  }
}

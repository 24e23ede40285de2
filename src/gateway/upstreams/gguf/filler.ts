import { setImmediate } from "node:timers/promises";
import { FillPrompt } from "./fillPrompt.ts";
import type { Place } from "../settledPlace.ts";
import type { Token, TokenModel } from "./tokenModel.ts";
import { WholeText } from "./wholeText.ts";

/** What one answer took, in tokens. */
export interface FillCost {
  /** Were evaluated before, for an earlier answer. */
  readonly kept: number;
  /** Were evaluated for this one. */
  readonly read: number;
  readonly written: number;
}

/**
 * A cancel is heeded after so many tokens of a prompt at the latest. Half of it at once costs 40 % more processor
 * time in all, and what a cancelled slice has evaluated mostly serves the next request.
 */
const sliceTokens = 64;

/** A slow model is given less to read, so that somebody who goes somewhere else has an answer in about this time. */
const longestReadS = 3;
const leastPromptTokens = 512;

/** Answers one request after the other with one model, and evaluates of each prompt only what is new. */
export class Filler {
  readonly #model: TokenModel;
  readonly #prompt: FillPrompt;
  readonly #promptTokens: number;

  /** `readPerS` is how many tokens of a prompt the model reads in a second. */
  constructor(model: TokenModel, readPerS: number) {
    this.#model = model;
    this.#promptTokens = Math.max(leastPromptTokens, Math.floor(readPerS * longestReadS));
    this.#prompt = new FillPrompt(model);
  }

  /**
   * Streams the text between the two sides of a place, and returns what it took. Ends early when the signal fires,
   * within a slice of the prompt or a token of the text. Not to be called before the last one has ended.
   */
  async *fill(
    place: Place,
    maxTokens: number,
    signal: AbortSignal,
  ): AsyncGenerator<string, FillCost> {
    const { capacityTokens } = this.#model;
    const roomTokens = Math.min(maxTokens, Math.floor(capacityTokens / 2));
    const limitTokens = Math.min(this.#promptTokens, capacityTokens - roomTokens);
    const prompt = this.#prompt.next(place, limitTokens);
    const last = prompt.pop() ?? 0;
    const kept = await this.#model.keep(prompt);
    const read = await this.#read(prompt.slice(kept), signal);
    let written = 0;
    if (!signal.aborted) {
      const text = new WholeText(this.#model, [...prompt.slice(-8), last]);
      for await (const token of this.#words(last, signal)) {
        written++;
        const fresh = text.add(token);
        if (fresh !== "") yield fresh;
        if (written === roomTokens) break;
      }
    }
    return { kept, read, written };
  }

  /** Returns how many it has evaluated. */
  async #read(tokens: readonly Token[], signal: AbortSignal): Promise<number> {
    let at = 0;
    while (at < tokens.length) {
      await setImmediate(); // a cancel that has come is read before the next slice
      if (signal.aborted) break;
      const slice = tokens.slice(at, at + sliceTokens);
      await this.#model.evaluate(slice);
      at += slice.length;
    }
    return at;
  }

  async *#words(last: Token, signal: AbortSignal): AsyncGenerator<Token> {
    for await (const token of this.#model.write(last)) {
      if (this.#model.isMark(token)) return;
      yield token;
      if (signal.aborted) return;
    }
  }
}

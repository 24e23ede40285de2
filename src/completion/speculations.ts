import type { Answer } from "./answer.ts";

/** How much one more outcome counts against those before. */
const newShare = 0.2;
/** Below this share of used ones they cost more than they bring. */
const leastUsedShare = 0.25;
/** So many chances are let pass before one is taken again to see whether it has become better. */
const passedChances = 8;

/** Whether what is asked for ahead of its time is used, learned from what became of it. */
export class Speculations {
  #usedShare = 1;
  #passed = 0;
  #last: { readonly answer: Answer; readonly fromChars: number; isUsed: boolean } | undefined;

  /** Whether to ask ahead now. One that is not taken counts as a chance let pass. */
  isWorthIt(): boolean {
    if (this.#usedShare >= leastUsedShare || this.#passed >= passedChances) return true;
    this.#passed++;
    return false;
  }

  /** More is asked for behind an answer. */
  begun(answer: Answer): void {
    if (this.#last) this.#usedShare += newShare * (Number(this.#last.isUsed) - this.#usedShare);
    this.#passed = 0;
    this.#last = { answer, fromChars: answer.text.length, isUsed: false };
  }

  /** The cursor stands in an answer with this much of it still ahead. */
  reached(answer: Answer, restChars: number): void {
    const last = this.#last;
    if (last?.answer === answer && answer.text.length - restChars > last.fromChars)
      last.isUsed = true;
  }
}

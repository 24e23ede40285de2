/** Gaps longer than this are pauses and say nothing about how fast somebody types. */
const pauseMs = 1_000;
/** How much a new sample counts against those before. */
const newShare = 0.2;
/** Before anything is known: five keys a second, and a model that is not near. */
const usualGapMs = 180;
const usualAnswerMs = 200;
/** A next key is taken to stay away when it is this much later than usual. */
const lateFactor = 1.3;
const longestWaitMs = 250;
/** Keys closer than this come from a held key or a program, not from a person who reads. */
const burstGapMs = 45;
/** Beyond this the answer to a question that is asked ahead of its time mostly comes too late as well. */
const slowAnswerMs = 1_500;

/** A key, as far as it says when to ask. */
export interface Key {
  readonly isDeletion: boolean;
  /** Only white space stands before the cursor on its line. */
  readonly isAtLineStart: boolean;
}

/** How fast the person types and the model answers, learned as it happens. In milliseconds of one clock. */
export class Pace {
  #gapMs = usualGapMs;
  #answerMs = usualAnswerMs;
  #lastAt = Number.NEGATIVE_INFINITY;
  #isAfterPause = true;

  /** A key was pressed. */
  pressed(at: number): void {
    const gapMs = at - this.#lastAt;
    this.#lastAt = at;
    this.#isAfterPause = gapMs > pauseMs;
    if (!this.#isAfterPause) this.#gapMs += newShare * (gapMs - this.#gapMs);
  }

  /** The first text of an answer came so long after it was asked for. */
  answered(afterMs: number): void {
    this.#answerMs += newShare * (afterMs - this.#answerMs);
  }

  /** By then the next key has come if one is coming at once: a little later than usual. */
  get nextKeyMs(): number {
    return Math.min(longestWaitMs, this.#gapMs * lateFactor);
  }

  /**
   * How long to wait before asking. Mostly not at all: what is asked stays useful while the person types on. Who
   * deletes mostly goes on deleting and comes back to what is known, and a burst of keys is over soon; but it
   * is never waited for longer than the answer takes.
   */
  waitMs({ isDeletion, isAtLineStart }: Key): number {
    if (this.#isAfterPause) return 0;
    const isBurst = this.#gapMs < burstGapMs;
    if (!isDeletion && (isAtLineStart || !isBurst)) return 0;
    return Math.min(this.nextKeyMs, this.#answerMs);
  }

  /** Whether the first text of an answer is mostly there within this time. */
  mostlyAnswersWithin(ms: number): boolean {
    return this.#answerMs <= ms;
  }

  /** Whether answers take too long to be asked for ahead of their time. */
  get isSlow(): boolean {
    return this.#answerMs > slowAnswerMs;
  }
}

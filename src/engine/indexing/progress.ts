import type { Clock } from "../../base/clock.ts";

/** What is over sooner is not worth a word. */
const silentMs = 300;
const steps = 20;

/** How far reading is: says so in steps where it takes long enough to be noticed. */
export class Progress {
  readonly #clock: Clock;
  readonly #tell: (share: number) => void;
  #dueBytes = 0;
  #doneBytes = 0;
  #startedAt = 0;
  #toldSteps = 0;

  /** `tell` gets the share that is done, from 0 to 1. */
  constructor(clock: Clock, tell: (share: number) => void) {
    this.#clock = clock;
    this.#tell = tell;
  }

  /** So much is to be read besides what was due before. */
  due(sizeBytes: number): void {
    if (this.#dueBytes === 0) this.#startedAt = this.#clock.now();
    this.#dueBytes += sizeBytes;
  }

  done(sizeBytes: number): void {
    this.#doneBytes += sizeBytes;
    const reached = Math.floor((steps * this.#doneBytes) / this.#dueBytes);
    if (reached <= this.#toldSteps || this.#clock.now() - this.#startedAt < silentMs) return;
    this.#toldSteps = reached;
    this.#tell(reached / steps);
  }

  /** Nothing is left. */
  over(): void {
    this.#dueBytes = 0;
    this.#doneBytes = 0;
    this.#toldSteps = 0;
  }
}

import type { Clock } from "../base/clock.ts";
import type { Disposable } from "../base/disposable.ts";
import type { Ask } from "./ask.ts";

const pickUpMs = 250;
const unclaimedLimit = 3;

/**
 * Asking before the editor does is a gift only while the editor then asks too. This counts asks that it
 * left lying although no further key came, and says stop after three, until the editor asks again.
 */
export class AskAhead implements Disposable {
  readonly #clock: Clock;
  #unclaimedInRow = 0;
  #timer: Disposable | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** False when the editor does not seem to want any: it is turned off or snoozed there. */
  get mayAsk(): boolean {
    return this.#unclaimedInRow < unclaimedLimit;
  }

  /** An ask was begun ahead. One that nobody waits for 250 ms later is given up and counted. */
  began(ask: Ask): void {
    this.#timer?.dispose();
    this.#timer = this.#clock.after(pickUpMs, () => {
      if (ask.isWanted || ask.isGivenUp) return;
      this.#unclaimedInRow++;
      ask.cancel("nobody wanted it");
    });
  }

  /** Another key: the editor was not given the time to ask for the state before. */
  keyPressed(): void {
    this.#timer?.dispose();
  }

  /** The editor asks, so it wants them. */
  editorAsked(): void {
    this.#unclaimedInRow = 0;
  }

  dispose(): void {
    this.#timer?.dispose();
  }
}

import type { Clock } from "../base/clock.ts";
import type { Disposable } from "../base/disposable.ts";

/** A pause after an ask before anything else is sent: another key may follow, and its answer is under way. */
const quietMs = 40;
/** Between two pieces. */
const pieceMs = 10;
/** How long edits wait for an ask to ride with, and how quiet it must be before whole texts are compared. */
const flushMs = 300;
const verifyMs = 3_000;

/** What is done when nobody waits. */
export interface IdlePort {
  /** Whether all that was sent has arrived, as far as is known; otherwise nothing is added. */
  isClear(): boolean;
  /** Whether the far end lacks text that it is to have. */
  lacksText(): boolean;
  /** Sends one piece of text that the far end lacks; false when there is none. */
  sendPiece(): boolean;
  /** Sends edits that no ask took along. */
  flushEdits(): void;
  /** Sends what proves that both ends have the same text; false when all is proved. */
  verify(): boolean;
}

/** Brings the far end up to date while the link is idle, so that no key ever waits for bulk. */
export class IdleSender implements Disposable {
  readonly #clock: Clock;
  readonly #port: IdlePort;
  #timer: Disposable | undefined;
  #flush: Disposable | undefined;
  #verify: Disposable | undefined;

  constructor(clock: Clock, port: IdlePort) {
    this.#clock = clock;
    this.#port = port;
  }

  /** Something was sent or edited: the idle time begins anew. */
  touched(): void {
    this.dispose();
    if (this.#port.lacksText()) this.#timer = this.#clock.after(quietMs, this.#piece);
    this.#flush = this.#clock.after(flushMs, () => {
      this.#port.flushEdits();
    });
    this.#verify = this.#clock.after(verifyMs, this.#compare);
  }

  dispose(): void {
    for (const timer of [this.#timer, this.#flush, this.#verify]) timer?.dispose();
  }

  readonly #piece = (): void => {
    if (this.#port.isClear() && !this.#port.sendPiece()) return;
    this.#timer = this.#clock.after(pieceMs, this.#piece);
  };

  readonly #compare = (): void => {
    if (this.#port.verify()) this.#verify = this.#clock.after(verifyMs, this.#compare);
  };
}

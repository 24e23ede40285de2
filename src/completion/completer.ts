/**
 * completion: from a keystroke to a suggestion. It decides when to ask, keeps track of what is being asked,
 * gives up what no longer fits, and tidies the answer. No editor and no socket: snapshots come in, the
 * far end is the `CompletionSource` it was given. Start here, then ask.ts.
 */
import { type Clock } from "../base/clock.ts";
import { type Disposable } from "../base/disposable.ts";
import { Emitter } from "../base/emitter.ts";
import { type DocumentState, isSameState, type Snapshot } from "../context/snapshot.ts";
import { Ask, type CancelReason } from "./ask.ts";
import { type CompletionSource } from "./source.ts";
import { type AskResult } from "./suggestion.ts";

/** One finished ask, for the status bar, the log and the tests. */
export interface AskReport {
  readonly path: string;
  readonly state: DocumentState;
  readonly result: AskResult;
  /** True for what the model said after the draft was given out: the second report of that ask. */
  readonly isLate: boolean;
}

/** What a completer is made of. */
export interface CompleterParts {
  readonly source: CompletionSource;
  readonly clock: Clock;
  /** How long the model is waited for while a draft is at hand, asked when one comes; `patience.draftMs` normally. */
  readonly draftPatienceMs: () => number;
}

/** Asks for completions, one at a time for each document: a newer state takes the place of an older. */
export class Completer implements Disposable {
  readonly #parts: CompleterParts;
  readonly #asks = new Map<string, Ask>();
  readonly #reports = new Emitter<AskReport>();
  readonly #busy = new Emitter<boolean>();
  readonly #cancels = new Emitter<number>();
  #running = 0;

  constructor(parts: CompleterParts) {
    this.#parts = parts;
  }

  /** Fires for each ask when it has its result, and once more when the model's answer came later. */
  readonly onReport = this.#reports.on;
  /** Fires when the first ask begins and when the last one ends. */
  readonly onBusy = this.#busy.on;
  /** Fires in the turn in which an unfinished ask is given up, with the clock's time of the decision. */
  readonly onCancel = this.#cancels.on;

  /**
   * The ask for this state: the one that runs or has its result already, else a new one, which takes the
   * place of what was asked for the document before. `startedAt` is when the key was pressed.
   */
  ask(snapshot: Snapshot, startedAt: number): Ask {
    const current = this.find(snapshot);
    if (current) return current;
    this.cancel(snapshot.documentKey, "typed on");
    const onGivenUp = () => {
      this.#cancels.fire(this.#parts.clock.now());
    };
    const onLate = (result: AskResult) => {
      this.#report(snapshot, result, true);
    };
    const ask = new Ask({ ...this.#parts, snapshot, startedAt, onGivenUp, onLate });
    this.#asks.set(snapshot.documentKey, ask);
    this.#watch(ask);
    return ask;
  }

  /** The ask for exactly this state, unless it was given up or has failed; nothing is asked. */
  find(state: DocumentState): Ask | undefined {
    const current = this.#asks.get(state.documentKey);
    return current && isSameState(current.snapshot, state) && !current.isSpent
      ? current
      : undefined;
  }

  /** Gives up what is asked for a document, unless it is asked for exactly this offset. */
  cursorMoved(documentKey: string, offset: number): void {
    const ask = this.#asks.get(documentKey);
    if (ask && ask.snapshot.offset !== offset) this.cancel(documentKey, "the cursor left");
  }

  /** Gives up what is asked for a document. */
  cancel(documentKey: string, reason: CancelReason): void {
    const ask = this.#asks.get(documentKey);
    if (!ask) return;
    this.#asks.delete(documentKey);
    ask.cancel(reason);
  }

  /** Gives up everything, in all documents but one. */
  cancelAll(reason: CancelReason, exceptDocumentKey?: string): void {
    for (const key of [...this.#asks.keys()])
      if (key !== exceptDocumentKey) this.cancel(key, reason);
  }

  dispose(): void {
    this.cancelAll("paused or turned off");
    this.#reports.dispose();
    this.#busy.dispose();
    this.#cancels.dispose();
  }

  #watch(ask: Ask): void {
    if (this.#running++ === 0) this.#busy.fire(true);
    void ask.result.then((result) => {
      if (--this.#running === 0) this.#busy.fire(false);
      this.#report(ask.snapshot, result, false);
    });
  }

  #report(snapshot: Snapshot, result: AskResult, isLate: boolean): void {
    const { path, documentKey, version, offset } = snapshot;
    this.#reports.fire({ path, state: { documentKey, version, offset }, result, isLate });
  }
}

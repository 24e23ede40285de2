import type { Clock } from "../base/clock.ts";
import type { Disposable } from "../base/disposable.ts";
import type { ChatSession } from "./chatSession.ts";
import type { ChatHistory } from "./history.ts";

/** A window that is gone takes no more than this of an answer with it. */
const keepMs = 3_000;

/**
 * Keeps the conversation in front in the history: its changes at once, and text that comes every three seconds. Its owner
 * disposes it before the session: what has come since is kept then.
 */
export class HistoryKeeper implements Disposable {
  readonly #session: ChatSession;
  readonly #history: ChatHistory;
  readonly #listener: Disposable;
  /** Runs while there is text that is not kept yet. */
  #timer: Disposable | undefined;

  constructor(session: ChatSession, history: ChatHistory, clock: Clock) {
    this.#session = session;
    this.#history = history;
    this.#listener = session.onChange(({ kind }) => {
      if (kind === "text") this.#timer ??= clock.after(keepMs, this.#keep);
      else this.#keep();
    });
  }

  /** Deletes a conversation. The one in front is left for a new one: what came of its answer would bring it back. */
  forget(conversationId: string): void {
    if (conversationId === this.#session.conversation.id) this.#session.open();
    this.#history.forget(conversationId);
  }

  dispose(): void {
    this.#listener.dispose();
    if (this.#timer) this.#keep();
  }

  readonly #keep = (): void => {
    this.#timer?.dispose();
    this.#timer = undefined;
    this.#history.keep(this.#session.conversation);
  };
}

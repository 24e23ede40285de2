/**
 * completion: from a keystroke to a suggestion. It decides when to ask, what is known already, and what is
 * worth showing. No editor and no socket: snapshots come in, the far end is the `CompletionSource` it was
 * given. Start here, then documentCompleter.ts.
 */
import type { Clock } from "../base/clock.ts";
import type { Disposable } from "../base/disposable.ts";
import { Emitter } from "../base/emitter.ts";
import { type DocumentState, type Snapshot, stateOf } from "../context/snapshot.ts";
import type { Ask, CancelReason } from "./ask.ts";
import { DocumentCompleter } from "./documentCompleter.ts";
import { Pace } from "./pace.ts";
import type {
  AskReport,
  CancelReport,
  RequestBegin,
  RequestReport,
  TakenReport,
} from "./reports.ts";
import type { CompletionSource } from "./source.ts";
import type { AskResult, Suggestion } from "./suggestion.ts";
import type { SyntaxView } from "./syntax/syntaxView.ts";

/** What a completer is made of. */
export interface CompleterParts {
  readonly source: CompletionSource;
  readonly clock: Clock;
  /** How long a draft may wait for a model that mostly answers within that time, asked when one comes. */
  readonly draftPatienceMs: () => number;
  /** Whether the engine may draft beside a model: each place then has a draft of its own, whatever an earlier one still waits for. */
  readonly hasDrafts: () => boolean;
  /** Whether what may come next is asked for before it is needed. */
  readonly maySpeculate: () => boolean;
  /** The syntax of a language as far as it is known at once, by the editor's id. */
  readonly syntaxOf: (languageId: string) => SyntaxView | undefined;
}

/** Completions of all documents of a window, each on its own. */
export class Completer implements Disposable {
  readonly #parts: CompleterParts;
  readonly #documents = new Map<string, DocumentCompleter>();
  readonly #pace = new Pace();
  readonly #reports = new Emitter<AskReport>();
  readonly #outdated = new Emitter<DocumentState>();
  readonly #ends = new Emitter<RequestReport>();
  readonly #busy = new Emitter<boolean>();
  readonly #cancels = new Emitter<CancelReport>();
  readonly #begins = new Emitter<RequestBegin>();
  readonly #taken = new Emitter<TakenReport>();
  #running = 0;
  #lastNumber = 0;

  constructor(parts: CompleterParts) {
    this.#parts = parts;
  }

  /** Fires for each ask when it has its result, and once more when the model's answer came later. */
  readonly onReport = this.#reports.on;
  /**
   * Fires when what is shown at a state can be extended or corrected, who waited for it has to ask another far end, or there may
   * be something where there was nothing: asking for the same state again gives what is best now.
   */
  readonly onOutdated = this.#outdated.on;
  /** Fires when what an ask has brought is handed to the editor, each time. */
  readonly onTaken = this.#taken.on;
  /** Fires before each request, in its turn. */
  readonly onRequest = this.#begins.on;
  /** Fires for each request that ended by itself. */
  readonly onRequestEnd = this.#ends.on;
  /** Fires when the first ask begins to wait and when the last one ends. */
  readonly onBusy = this.#busy.on;
  /** Fires in the turn in which a running request is given up. */
  readonly onCancel = this.#cancels.on;

  /**
   * The ask for this state: the one that runs or has its result already, else a new one, which takes the
   * place of the older. `startedAt` is when the key was pressed.
   */
  ask(snapshot: Snapshot, startedAt: number, isExplicit = false): Ask {
    const document = this.#document(snapshot.documentKey);
    const current = document.find(snapshot);
    if (current && (!isExplicit || current.isExplicit)) return current;
    if (!isExplicit) this.#pace.pressed(startedAt);
    const ask = document.ask(snapshot, startedAt, isExplicit);
    if (!ask.latest) this.#watch(ask);
    return ask;
  }

  /** The ask for exactly this state, unless it was given up or has failed; nothing is asked. */
  find(state: DocumentState): Ask | undefined {
    return this.#documents.get(state.documentKey)?.find(state);
  }

  /** The document's text has changed; an ask for what it is now mostly follows at once. */
  edited(documentKey: string): void {
    this.#documents.get(documentKey)?.edited();
  }

  /** Gives up what is asked for a document, unless it is asked for exactly this offset. */
  cursorMoved(documentKey: string, offset: number): void {
    this.#documents.get(documentKey)?.cursorMoved(offset);
  }

  /** Gives up what is asked for a document. */
  cancel(documentKey: string, reason: CancelReason): void {
    this.#documents.get(documentKey)?.cancel(reason);
  }

  /** Gives up everything, in all documents but one. */
  cancelAll(reason: CancelReason, exceptDocumentKey?: string): void {
    for (const [key, document] of this.#documents)
      if (key !== exceptDocumentKey) document.cancel(reason);
  }

  /** Other texts for the state of an ask, the best first; for a person who asks for more than one. */
  alternatives({ snapshot, latest }: Ask): readonly Suggestion[] {
    const document = this.#documents.get(snapshot.documentKey);
    const best = latest?.suggestion;
    return document && best ? document.alternatives(snapshot, best) : [];
  }

  /** What is shown in a document is not wanted: it does not return. */
  dismissed(documentKey: string): void {
    this.#documents.get(documentKey)?.dismissed();
  }

  /** What is shown in a document was inserted. */
  accepted(documentKey: string): void {
    this.#documents.get(documentKey)?.accepted();
  }

  /**
   * The engine has learned more of the project, from 0 to 1: its drafts from before are asked for anew. What is on the screen stays.
   * Who waits where it alone had nothing to say asks again when all is learned.
   */
  readonly learned = (share: number): void => {
    const asksAgain = share === 1 && !this.#parts.hasDrafts();
    for (const document of this.#documents.values()) {
      const state = document.learned(asksAgain);
      if (state) this.#outdated.fire(state);
    }
  };

  /** Gives up and forgets everything: what was known came from another far end, which who waits has to ask now. */
  forgetAll(): void {
    const awaited = [...this.#documents.values()].flatMap(({ awaited }) => awaited ?? []);
    this.cancelAll("the far end is another one");
    this.#documents.clear();
    for (const state of awaited) this.#outdated.fire(state);
  }

  /** Forgets a document that was closed. */
  close(documentKey: string): void {
    const document = this.#documents.get(documentKey);
    this.#documents.delete(documentKey);
    document?.cancel("the document was closed");
  }

  dispose(): void {
    for (const document of this.#documents.values()) document.dispose();
    this.#documents.clear();
    for (const events of [this.#reports, this.#outdated, this.#ends, this.#busy, this.#cancels])
      events.dispose();
    this.#begins.dispose();
    this.#taken.dispose();
  }

  #document(key: string): DocumentCompleter {
    const held = this.#documents.get(key);
    if (held) return held;
    const document = new DocumentCompleter({
      ...this.#parts,
      maySpeculate: () => !this.#pace.isSlow && this.#parts.maySpeculate(),
      pace: this.#pace,
      nextNumber: () => ++this.#lastNumber,
      onResult: (ask, result, parts) => {
        this.#report(ask, result, parts);
      },
      onTaken: ({ number }, isNew) => {
        this.#taken.fire({ ask: number, at: this.#parts.clock.now(), isNew });
      },
      onRequest: (begin) => {
        this.#begins.fire(begin);
      },
      onOutdated: (state) => {
        this.#outdated.fire(state);
      },
      onRequestEnd: (ended, { path }) => {
        const { number, failure, timings, usage, receivedChars, isModelSpared } = ended;
        const { hasRemoteText, isConfined, upstream } = ended;
        const outcome = { failure, timings, usage, receivedChars, hasRemoteText, isModelSpared };
        this.#ends.fire({ request: number, path, ...outcome, isConfined, upstream });
      },
      onGivenUp: ({ number, receivedChars, isConfined }) => {
        const at = this.#parts.clock.now();
        this.#cancels.fire({ request: number, at, receivedChars, isConfined });
      },
    });
    this.#documents.set(key, document);
    return document;
  }

  #watch(ask: Ask): void {
    if (this.#running++ === 0) this.#busy.fire(true);
    void ask.result.then(() => {
      if (--this.#running === 0) this.#busy.fire(false);
    });
  }

  #report(
    { number, snapshot }: Ask,
    result: AskResult,
    { request, isLate }: Pick<AskReport, "request" | "isLate">,
  ): void {
    const { path } = snapshot;
    this.#reports.fire({ ask: number, request, path, state: stateOf(snapshot), result, isLate });
  }
}

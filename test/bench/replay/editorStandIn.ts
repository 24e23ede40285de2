/**
 * What the editor and the extension do at a key, without either: the document is edited, the core is asked
 * ahead, the inline provider picks the ask up, and the ghost text is kept while the typed text follows it.
 * All that the bench knows of the core's interface is here.
 */
import type { Disposable } from "../../../src/base/disposable.ts";
import { Completer, type CompleterParts } from "../../../src/completion/completer.ts";
import { restOfLine } from "../../../src/completion/extent.ts";
import type { Suggestion } from "../../../src/completion/suggestion.ts";
import { isSameState, type DocumentState, type Snapshot } from "../../../src/context/snapshot.ts";
import { snapshotRange } from "../../../src/context/snapshot.ts";
import { afterKey, type GhostItem, ghostOf } from "./ghost.ts";
import type { KeyEvent, KeyTrace } from "./keyTrace.ts";
import { projectName, type Stage } from "./stage.ts";
import type { GhostChange, StateRecord } from "./stateRecord.ts";

/** From the key to the extension's own ask, and to the editor's; in ms. */
export interface EditorWaits {
  readonly askMs: number;
  readonly providerMs: number;
}

/** As in the extension. */
const restMs = 300;
const documentKey = "replay";
const pathOf = ({ path = "file" }: KeyTrace): string => `${projectName}/${path}`;

interface State extends StateRecord {
  readonly snapshot: Snapshot;
  askedAt: number | undefined;
  answeredAt: number | undefined;
  readonly changes: GhostChange[];
}

/** One window with one document; the records of its states grow with the keys. */
export class EditorStandIn implements Disposable {
  readonly records: StateRecord[] = [];
  /** When the core decided to give a request up. */
  readonly cancelledAt: number[] = [];
  readonly #stage: Stage;
  readonly #trace: KeyTrace;
  readonly #waits: EditorWaits | undefined;
  readonly #completer: Completer;
  /** Until the far end is told where the cursor is, as long as no key was pressed. */
  readonly #rest: Disposable;
  #before: string;
  readonly #after: string;
  #version = 1;
  #state: State | undefined;
  #shown: GhostItem | undefined;
  #provider = new AbortController();

  /** Without `waits` both asks come in the turn of the key. */
  constructor(
    stage: Stage,
    trace: KeyTrace,
    waits: EditorWaits | undefined,
    syntaxOf: CompleterParts["syntaxOf"],
  ) {
    this.#stage = stage;
    this.#trace = trace;
    this.#waits = waits;
    this.#before = trace.final.slice(0, trace.regionStart);
    this.#after = trace.final.slice(trace.regionEnd);
    this.#completer = this.#makeCompleter(syntaxOf);
    const { languageId } = trace;
    const name = { key: documentKey, path: pathOf(trace), languageId, isConfined: false };
    stage.documents.open(name, this.#version, this.#before + this.#after);
    stage.recall(documentKey);
    this.#rest = stage.clock.after(restMs, () => {
      stage.warm(documentKey, this.#before.length);
    });
  }

  /** A key: the text changes, and all that follows from it is set going. */
  key(event: KeyEvent): void {
    this.#rest.dispose();
    const offset = this.#before.length;
    this.#before = event.op === "ins" ? this.#before + event.text : this.#before.slice(0, -1);
    this.#version++;
    this.#shown = afterKey(this.#shown, event);
    const state = this.#newState();
    const edit =
      event.op === "ins"
        ? { offset, deletedChars: 0, text: event.text }
        : { offset: offset - 1, deletedChars: 1, text: "" };
    this.#in(this.#waits?.askMs, () => {
      this.#stage.documents.edit(documentKey, state.snapshot.version, [edit]);
      this.#completer.edited(documentKey);
      if (this.#state === state) this.#ask(state);
    });
    this.#in(this.#waits?.providerMs, () => {
      if (this.#state === state) void this.#provide(state);
    });
  }

  dispose(): void {
    this.#rest.dispose();
    this.#provider.abort("typed on");
    this.#completer.dispose();
  }

  #makeCompleter(syntaxOf: CompleterParts["syntaxOf"]): Completer {
    const { source, clock } = this.#stage;
    const completer = new Completer({
      source,
      clock,
      draftPatienceMs: () => 125,
      hasDrafts: () => true,
      maySpeculate: () => true,
      syntaxOf,
    });
    completer.onOutdated((state) => void this.#provideAgain(state));
    completer.onCancel(({ at }) => this.cancelledAt.push(at));
    completer.onReport(({ state, result, isLate }) => {
      if (!isLate && result.suggestion && this.#state && isSameState(this.#state.snapshot, state))
        this.#state.answeredAt ??= clock.now();
    });
    return completer;
  }

  #newState(): State {
    const { final } = this.#trace;
    const cursor = this.#before.length;
    const { from, to } = snapshotRange(cursor);
    const state: State = {
      keyAt: this.#stage.clock.now(),
      cursor,
      isOnPath: final.startsWith(this.#before),
      kept: this.#shown ? ghostOf(this.#shown) : "",
      askedAt: undefined,
      answeredAt: undefined,
      changes: [],
      snapshot: {
        documentKey,
        path: pathOf(this.#trace),
        languageId: this.#trace.languageId,
        version: this.#version,
        offset: cursor,
        before: this.#before.slice(from),
        after: this.#after.slice(0, to - cursor),
        isConfined: false,
      },
    };
    this.records.push(state);
    this.#state = state;
    return state;
  }

  #in(delayMs: number | undefined, action: () => void): void {
    if (delayMs === undefined) action();
    else this.#stage.clock.after(delayMs, action);
  }

  /** The extension asks ahead; the editor's wait for the state before ends when it has told of the key. */
  #ask(state: State): void {
    state.askedAt = this.#stage.clock.now();
    this.#completer.ask(state.snapshot, state.keyAt);
    this.#provider.abort("typed on");
    this.#provider = new AbortController();
  }

  /** The editor asks the inline provider and shows what it says, if the text is still the same. */
  async #provide(state: State): Promise<void> {
    const { snapshot, keyAt } = state;
    const { signal } = this.#provider;
    const ask = this.#completer.find(snapshot) ?? this.#completer.ask(snapshot, keyAt);
    const { suggestion } = await ask.wait(signal);
    if (signal.aborted || this.#state !== state) return;
    if (suggestion) state.answeredAt ??= this.#stage.clock.now();
    this.#show(state, suggestion);
  }

  /** What is shown at a state can be replaced: the editor asks once more, and the answer is there. */
  async #provideAgain(at: DocumentState): Promise<void> {
    const state = this.#state;
    if (!state || !isSameState(state.snapshot, at)) return;
    const shown = this.#shown;
    const result = await this.#completer.find(at)?.wait(this.#provider.signal);
    if (!result?.suggestion || this.#state !== state || this.#shown !== shown) return;
    this.#show(state, result.suggestion);
  }

  #show(state: State, suggestion: Suggestion | undefined): void {
    const replaced = restOfLine(this.#after).slice(0, suggestion?.replaceAfterChars ?? 0);
    const item = suggestion && { text: suggestion.text, replaced };
    this.#shown = item && ghostOf(item) !== "" ? item : undefined;
    const ghost = this.#shown ? ghostOf(this.#shown) : "";
    const before = state.changes.at(-1)?.ghost ?? state.kept;
    if (ghost !== before) state.changes.push({ at: this.#stage.clock.now(), ghost });
  }
}

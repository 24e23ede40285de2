import * as vscode from "vscode";
import type { Clock } from "../base/clock.ts";
import { DisposableStore, type Disposable } from "../base/disposable.ts";
import type { AskAhead } from "../completion/askAhead.ts";
import type { Completer } from "../completion/completer.ts";
import { isTypedLetter } from "../completion/typedLetter.ts";
import type { AdmissionDesk } from "./admission.ts";
import type { DocumentFeed } from "./documentFeed.ts";
import { documentKeyOf, takeSnapshot } from "./editorSnapshot.ts";
import type { FarEnd } from "./farEnd.ts";

/** What the watcher is made of. */
export interface ChangeWatcherParts {
  readonly completer: Completer;
  readonly askAhead: AskAhead;
  readonly admission: AdmissionDesk;
  readonly feed: DocumentFeed;
  readonly farEnd: Pick<FarEnd, "link" | "onReady" | "recall" | "warm">;
  /** Has the grammar of a language loaded, by the editor's id. */
  readonly loadGrammar: (languageId: string) => void;
  readonly clock: Clock;
}

/** A cursor that stays so long where it was put is one that somebody may type at. */
const restMs = 300;
/** A selection event later than this after a change is not the change's own: the cursor stayed, and moves now. */
const ownSelectionMs = 100;

interface Change {
  readonly document: vscode.TextDocument;
  readonly version: number;
  readonly at: number;
  /** Where the cursor must be then, and is asked for already. */
  readonly askedAt: vscode.Position | undefined;
}

/**
 * Begins asks before the editor does: the change event says that a key was pressed. Behind a letter the cursor is
 * known; else the selection event behind it (0.3 to 0.5 ms later) has the true cursor, which auto-closed brackets and
 * auto-indent hide from the change. It also gives up asks whose cursor, document or editor is left.
 */
export class ChangeWatcher implements Disposable {
  readonly #parts: ChangeWatcherParts;
  readonly #store = new DisposableStore();
  readonly #suggestEnabled = new Map<string, boolean>();
  #change: Change | undefined;
  #rest: Disposable | undefined;

  constructor(parts: ChangeWatcherParts) {
    this.#parts = parts;
    const { completer, farEnd, admission } = parts;
    const { onDidChangeActiveTextEditor, onDidChangeTextEditorSelection } = vscode.window;
    const { workspace } = vscode;
    const watch = (subscription: vscode.Disposable) => this.#store.add(subscription);
    watch(workspace.onDidChangeTextDocument(this.#changed));
    watch(onDidChangeTextEditorSelection(this.#selected));
    watch(
      onDidChangeActiveTextEditor((editor) => {
        completer.cancelAll("another editor", editor && documentKeyOf(editor.document));
        if (editor) void this.#prepare(editor.document);
      }),
    );
    watch(
      workspace.onDidCloseTextDocument((document) => {
        completer.close(documentKeyOf(document));
        this.#suggestEnabled.delete(documentKeyOf(document));
      }),
    );
    watch(
      workspace.onDidChangeConfiguration(() => {
        this.#suggestEnabled.clear();
      }),
    );
    const prepare = () => {
      this.#prepareInFront();
    };
    this.#store.add(farEnd.onReady(prepare));
    this.#store.add(admission.onChange(prepare));
    this.#prepareInFront();
  }

  dispose(): void {
    this.#rest?.dispose();
    this.#store.dispose();
  }

  /** A far end that is new knows nothing of the file in front, and neither does one that was told of it until rules changed. */
  #prepareInFront(): void {
    const editor = vscode.window.activeTextEditor;
    if (editor) void this.#prepare(editor.document);
  }

  /** Before the first key: what may be done with the file, its text, and whether the far end knows it already. */
  async #prepare(document: vscode.TextDocument): Promise<void> {
    const admitted = await this.#parts.admission.admit(document);
    if (!admitted.isAdmitted || document.isClosed || !this.#isSuggestEnabled(document)) return;
    this.#parts.feed.follow(document, admitted.isConfined);
    this.#parts.farEnd.recall(documentKeyOf(document), admitted.isConfined);
    this.#warmWhenAtRest(document);
  }

  /**
   * Where the cursor stays for a while: the first key finds the grammar loaded, and in a document that a model may see,
   * its text read.
   */
  #warmWhenAtRest(document: vscode.TextDocument): void {
    this.#rest?.dispose();
    this.#rest = this.#parts.clock.after(restMs, () => {
      const editor = vscode.window.activeTextEditor;
      if (editor?.document !== document || !this.#parts.askAhead.mayAsk) return;
      const admitted = this.#parts.admission.known(document);
      if (admitted?.isAdmitted !== true || !this.#isSuggestEnabled(document)) return;
      this.#parts.loadGrammar(document.languageId);
      if (admitted.isConfined) return;
      this.#parts.feed.follow(document, false);
      this.#parts.farEnd.warm(documentKeyOf(document), document.offsetAt(editor.selection.active));
    });
  }

  readonly #changed = (event: vscode.TextDocumentChangeEvent): void => {
    if (event.contentChanges.length === 0) return;
    const { document, reason } = event;
    this.#change = undefined;
    this.#rest?.dispose();
    const editor = vscode.window.activeTextEditor;
    if (document !== editor?.document) return;
    const { askAhead, completer } = this.#parts;
    askAhead.keyPressed();
    if (reason !== undefined) {
      completer.cancel(documentKeyOf(document), "undone or redone");
      return;
    }
    completer.edited(documentKeyOf(document));
    const at = this.#parts.clock.now();
    const askedAt = behindLetter(event, editor);
    this.#change = { document, version: document.version, at, askedAt };
    if (askedAt) this.#askAhead(document, askedAt, at);
  };

  readonly #selected = (event: vscode.TextEditorSelectionChangeEvent): void => {
    const { textEditor, selections } = event;
    if (textEditor !== vscode.window.activeTextEditor) return;
    const { document } = textEditor;
    const change = this.#change;
    this.#change = undefined;
    const [selection] = selections;
    const key = documentKeyOf(document);
    if (!selection || selections.length > 1 || !selection.isEmpty) {
      this.#parts.completer.cancel(key, "the cursor left");
    } else if (change && this.#isOwnSelection(change, document)) {
      if (change.askedAt?.isEqual(selection.active) !== true)
        this.#askAhead(document, selection.active, change.at);
    } else {
      this.#parts.completer.cursorMoved(key, document.offsetAt(selection.active));
      this.#warmWhenAtRest(document);
    }
  };

  #isOwnSelection(change: Change, document: vscode.TextDocument): boolean {
    const isSameText = change.document === document && change.version === document.version;
    return isSameText && this.#parts.clock.now() - change.at < ownSelectionMs;
  }

  #askAhead(document: vscode.TextDocument, position: vscode.Position, startedAt: number): void {
    const { askAhead, admission, completer, feed } = this.#parts;
    if (!askAhead.mayAsk || !this.#isSuggestEnabled(document)) return;
    const admitted = admission.known(document);
    if (admitted?.isAdmitted !== true) return;
    feed.follow(document, admitted.isConfined);
    const { clock } = this.#parts;
    const snapshot = takeSnapshot(document, position, admitted.isConfined, clock);
    askAhead.began(completer.ask(snapshot, startedAt));
  }

  /** `editor.inlineSuggest.enabled` for a document; kept, since reading settings is not for every key. */
  #isSuggestEnabled(document: vscode.TextDocument): boolean {
    const key = documentKeyOf(document);
    const kept = this.#suggestEnabled.get(key);
    if (kept !== undefined) return kept;
    const editor = vscode.workspace.getConfiguration("editor", document);
    const isEnabled = editor.get("inlineSuggest.enabled", true);
    this.#suggestEnabled.set(key, isEnabled);
    return isEnabled;
  }
}

/** Where the cursor is behind a typed letter; undefined where only the selection event tells. */
function behindLetter(
  { contentChanges, document }: vscode.TextDocumentChangeEvent,
  { selection, selections }: vscode.TextEditor,
): vscode.Position | undefined {
  if (selections.length > 1 || !selection.isEmpty) return undefined;
  // The editor's selection is still the one from before the change, and so are the offsets up to it.
  if (!isTypedLetter(contentChanges, document.offsetAt(selection.active))) return undefined;
  return selection.active.translate(0, contentChanges[0]?.text.length);
}

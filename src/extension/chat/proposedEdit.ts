import * as vscode from "vscode";
import { type Disposable, DisposableStore } from "../../base/disposable.ts";
import { type Range, rangeAfter } from "../../chat/trackedRange.ts";
import { t } from "../l10n.ts";

/**
 * A part of a document that is to be replaced, followed through the document's changes. Whoever made it disposes it.
 */
export class ProposedEdit implements Disposable {
  readonly document: vscode.TextDocument;
  /** What stood there when the change was asked for. */
  readonly part: string;
  readonly #store = new DisposableStore();
  readonly #changes = this.#store.add(new vscode.EventEmitter<undefined>());
  #range: Range | undefined;
  #replacement = "";

  constructor(document: vscode.TextDocument, range: vscode.Range) {
    this.document = document;
    this.part = document.getText(range);
    this.#range = { start: document.offsetAt(range.start), end: document.offsetAt(range.end) };
    this.#store.add(
      vscode.workspace.onDidChangeTextDocument(({ document: changed, contentChanges }) => {
        if (changed !== document || contentChanges.length === 0) return;
        for (const { rangeOffset, rangeLength, text } of contentChanges) {
          const change = { offset: rangeOffset, deletedChars: rangeLength, inserted: text };
          this.#range &&= rangeAfter(this.#range, change);
        }
        this.#changes.fire(undefined);
      }),
    );
  }

  /** Fires when the proposal is another one, since the document is. */
  readonly onChange = this.#changes.event;

  set replacement(text: string) {
    this.#replacement = text;
    this.#changes.fire(undefined);
  }

  /** Whether what was asked about is still there, as it was. */
  get isCurrent(): boolean {
    return this.#range !== undefined && !this.document.isClosed;
  }

  /** The text to either side of the part, this many characters at most. */
  textAround(chars: number): { readonly textBefore: string; readonly textAfter: string } {
    const { start, end } = this.#range ?? { start: 0, end: 0 };
    const text = this.document.getText();
    return {
      textBefore: text.slice(Math.max(0, start - chars), start),
      textAfter: text.slice(end, end + chars),
    };
  }

  /** The whole document as it would be. */
  get proposedText(): string {
    const text = this.document.getText();
    const range = this.#range;
    return range ? text.slice(0, range.start) + this.#replacement + text.slice(range.end) : text;
  }

  /** Makes the change, as one step of undo; false where the document cannot be changed. */
  async apply(): Promise<boolean> {
    if (!this.#range || this.document.isClosed) return false;
    const edit = new vscode.WorkspaceEdit();
    const { start, end } = this.#range;
    const range = new vscode.Range(this.document.positionAt(start), this.document.positionAt(end));
    edit.replace(this.document.uri, range, this.#replacement);
    return vscode.workspace.applyEdit(edit);
  }

  dispose(): void {
    this.#store.dispose();
  }
}

/** Tells a person why an edit that is not current any more was not made. */
export function tellItWasChanged(): void {
  void vscode.window.showWarningMessage(
    t(
      "Slipstream: the edit was not made: this part of the document was changed meanwhile. Ask for it again.",
    ),
  );
}

import * as vscode from "vscode";
import { DisposableStore, type Disposable } from "../base/disposable.ts";
import { LocalDocuments } from "../wire/localDocuments.ts";
import { documentKeyOf, pathOf } from "./editorSnapshot.ts";

/**
 * Keeps the texts of the documents that completions are asked in, from the editor's change events, for the links
 * to read. Must be made before anything that asks on those events.
 */
export class DocumentFeed implements Disposable {
  readonly documents = new LocalDocuments();
  readonly #store = new DisposableStore();

  constructor() {
    this.#store.add(this.documents);
    this.#store.add(vscode.workspace.onDidChangeTextDocument(this.#changed));
    this.#store.add(
      vscode.workspace.onDidCloseTextDocument((document) => {
        this.documents.close(documentKeyOf(document));
      }),
    );
    this.#store.add(vscode.workspace.onDidChangeWorkspaceFolders(this.#foldersChanged));
  }

  /**
   * Makes sure that this document is followed as it is now. It reads the whole text where it was not followed,
   * or where the events have not told all (other line ends, another encoding, another language, another workspace folder).
   */
  follow(document: vscode.TextDocument, isConfined: boolean): void {
    const key = documentKeyOf(document);
    const held = this.documents.get(key);
    const { version, languageId } = document;
    const path = pathOf(document.uri);
    const isSame =
      held?.isConfined === isConfined && held.languageId === languageId && held.path === path;
    if (isSame && held.version === version) return;
    const name = { key, path, languageId, isConfined };
    this.documents.open(name, version, document.getText());
  }

  /**
   * Ends the following of those that are not to be known any more; no link is told of what is typed in them from now on.
   * Returns their keys.
   */
  leave(isLeft: (document: vscode.TextDocument) => boolean): readonly string[] {
    const keys = vscode.workspace.textDocuments
      .filter((document) => this.documents.get(documentKeyOf(document)) && isLeft(document))
      .map(documentKeyOf);
    for (const key of keys) this.documents.close(key);
    return keys;
  }

  dispose(): void {
    this.#store.dispose();
  }

  /** Paths begin with a folder's name: a file may have another one now, under which the engine finds it in its index. */
  readonly #foldersChanged = (): void => {
    for (const document of vscode.workspace.textDocuments) {
      const held = this.documents.get(documentKeyOf(document));
      if (held) this.follow(document, held.isConfined);
    }
  };

  readonly #changed = ({ document, contentChanges }: vscode.TextDocumentChangeEvent): void => {
    if (contentChanges.length === 0) return; // maybe other line ends: the version tells `follow`
    // All changes of an event are about the text before it: from the last to the first they need no shifting.
    const edits = contentChanges
      .map(({ rangeOffset, rangeLength, text }) => ({
        offset: rangeOffset,
        deletedChars: rangeLength,
        text,
      }))
      .sort((a, b) => b.offset - a.offset);
    this.documents.edit(documentKeyOf(document), document.version, edits);
  };
}

import type { Disposable } from "../base/disposable.ts";
import { Emitter } from "../base/emitter.ts";
import { DocumentText } from "./documentText.ts";
import type { Edit } from "./edit.ts";

/** What a document is, apart from its text. */
export interface DocumentName {
  /** Tells it from all others in this window. */
  readonly key: string;
  /** The file as `folder/path/in/folder`, or the name of an untitled document; never a home directory. */
  readonly path: string;
  /** The editor's language id, such as `typescript`. */
  readonly languageId: string;
  /** A file that git ignores: only the embedded engine may see it, and it learns nothing. */
  readonly isConfined: boolean;
}

/** A document as this window has it now. */
export interface LocalDocument extends DocumentName {
  readonly text: DocumentText;
  /** The editor's version of the text. */
  readonly version: number;
}

/** What happened to a document. After `replaced` and `closed` the object is no longer the current one. */
export type DocumentEvent =
  | { readonly kind: "edited"; readonly document: LocalDocument; readonly edits: readonly Edit[] }
  | { readonly kind: "closed"; readonly document: LocalDocument };

/**
 * The texts of the documents that were asked about, as the editor's change events tell them. One for each window;
 * the links read it. The owner feeds it and disposes it.
 */
export class LocalDocuments implements Disposable {
  readonly #documents = new Map<string, LocalDocument & { version: number }>();
  readonly #events = new Emitter<DocumentEvent>();

  readonly onEvent = this.#events.on;

  get(key: string): LocalDocument | undefined {
    return this.#documents.get(key);
  }

  /** Begins to follow a document, or begins anew with a text that the events did not tell. */
  open(name: DocumentName, version: number, text: string): void {
    this.close(name.key);
    const { key, path, languageId, isConfined } = name;
    const held = { key, path, languageId, isConfined, version, text: DocumentText.of(text) };
    this.#documents.set(key, held);
  }

  /**
   * The editor's edits of a followed document, one after the other; nothing for any other. Edits that do not fit
   * the text end the following: the next ask opens the document anew.
   */
  edit(key: string, version: number, edits: readonly Edit[]): void {
    const document = this.#documents.get(key);
    if (!document) return;
    if (!edits.every((edit) => document.text.apply(edit))) {
      this.close(key);
      return;
    }
    document.version = version;
    if (edits.length > 0) this.#events.fire({ kind: "edited", document, edits });
  }

  close(key: string): void {
    const document = this.#documents.get(key);
    if (!document) return;
    this.#documents.delete(key);
    this.#events.fire({ kind: "closed", document });
  }

  dispose(): void {
    for (const key of [...this.#documents.keys()]) this.close(key);
    this.#events.dispose();
  }
}

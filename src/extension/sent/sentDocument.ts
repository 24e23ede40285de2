import * as vscode from "vscode";
import { DisposableStore, type Disposable } from "../../base/disposable.ts";
import { type SentFacts, sentText } from "./sentText.ts";
import { t } from "../l10n.ts";

const scheme = "slipstream-sent";

/**
 * Opens what was sent for the last request as a read-only document. Its text is made when it is shown, and forgotten when
 * its editor is closed.
 */
export class SentDocument implements Disposable {
  readonly #facts: () => Promise<SentFacts>;
  readonly #store = new DisposableStore();
  readonly #changes = this.#store.add(new vscode.EventEmitter<vscode.Uri>());

  constructor(facts: () => Promise<SentFacts>) {
    this.#facts = facts;
    this.#store.add(
      vscode.workspace.registerTextDocumentContentProvider(scheme, {
        onDidChange: this.#changes.event,
        provideTextDocumentContent: async () => sentText(await this.#facts(), vscode.l10n),
      }),
    );
  }

  /** Shows the last request as it is now, also where the document is open from before. */
  async show(): Promise<void> {
    const uri = vscode.Uri.from({ scheme, path: t("What Was Sent") });
    const isOpen = vscode.workspace.textDocuments.some(
      (document) => document.uri.toString() === uri.toString(),
    );
    if (isOpen) this.#changes.fire(uri);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, { preview: true });
  }

  dispose(): void {
    this.#store.dispose();
  }
}

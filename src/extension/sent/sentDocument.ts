import * as vscode from "vscode";
import type { Clock } from "../../base/clock.ts";
import { DisposableStore, type Disposable } from "../../base/disposable.ts";
import { t } from "../l10n.ts";

const scheme = "slipstream-sent";
const refreshMs = 1_000;

/**
 * Opens what was sent for the last request as a read-only document. Its text is made when it is asked for, and forgotten
 * when its editor is closed.
 */
export class SentDocument implements Disposable {
  readonly #made: () => Promise<string>;
  readonly #clock: Clock;
  readonly #store = new DisposableStore();
  readonly #changes = this.#store.add(new vscode.EventEmitter<vscode.Uri>());
  readonly #uri = vscode.Uri.from({ scheme, path: t("What Was Sent") });
  #text = "";

  /** `made` makes the text. */
  constructor(made: () => Promise<string>, clock: Clock) {
    this.#made = made;
    this.#clock = clock;
    this.#store.add(
      vscode.workspace.registerTextDocumentContentProvider(scheme, {
        onDidChange: this.#changes.event,
        provideTextDocumentContent: () => this.#text,
      }),
    );
    this.#store.add(
      vscode.workspace.onDidCloseTextDocument((document) => {
        if (document.uri.scheme === scheme) this.#text = "";
      }),
    );
  }

  /** Shows the last request as it is now, also where the document is open from before. */
  async show(): Promise<void> {
    const text = await this.#made();
    this.#text = text;
    const document = await vscode.workspace.openTextDocument(this.#uri);
    if (document.getText() !== text) await this.#refreshed(document);
    await vscode.window.showTextDocument(document, { preview: true });
  }

  dispose(): void {
    this.#store.dispose();
  }

  /** The editor keeps such a document for a while: it is made to read it again. */
  async #refreshed(document: vscode.TextDocument): Promise<void> {
    const refreshed = Promise.withResolvers<undefined>();
    const done = () => {
      refreshed.resolve(undefined);
    };
    const watch = vscode.workspace.onDidChangeTextDocument((change) => {
      if (change.document === document) done();
    });
    const timer = this.#clock.after(refreshMs, done);
    this.#changes.fire(document.uri);
    await refreshed.promise;
    watch.dispose();
    timer.dispose();
  }
}

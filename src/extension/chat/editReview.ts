import * as vscode from "vscode";
import { type Disposable, DisposableStore } from "../../base/disposable.ts";
import { pathOf } from "../editorSnapshot.ts";
import { type ProposedEdit, tellItWasChanged } from "./proposedEdit.ts";
import { t } from "../l10n.ts";

/** Of the address of the proposed side of the comparison. */
const scheme = "slipstream-edit";
/** What package.json shows the buttons and takes the keys by. */
const setReviewing = (isReviewing: boolean): void =>
  void vscode.commands.executeCommand("setContext", "slipstream.isReviewing", isReviewing);

/** Shows a proposed edit beside the document as it is, until it is accepted or refused. One at a time. */
export class EditReview implements Disposable {
  readonly #store = new DisposableStore();
  readonly #texts = this.#store.add(new vscode.EventEmitter<vscode.Uri>());
  #open:
    | { readonly edit: ProposedEdit; readonly uri: vscode.Uri; readonly store: DisposableStore }
    | undefined;

  constructor() {
    this.#store.add(
      vscode.workspace.registerTextDocumentContentProvider(scheme, {
        onDidChange: this.#texts.event,
        provideTextDocumentContent: () => this.#open?.edit.proposedText ?? "",
      }),
    );
    this.#store.add(
      vscode.window.tabGroups.onDidChangeTabs(({ closed }) => {
        if (closed.some((tab) => this.#isOurs(tab))) this.#end();
      }),
    );
  }

  /** Takes over the edit, and what belongs to it; an older one counts as refused. */
  async show(edit: ProposedEdit): Promise<void> {
    await this.refuse();
    const { uri: original } = edit.document;
    const uri = original.with({ scheme, fragment: "", query: original.scheme });
    const store = new DisposableStore();
    store.add(edit);
    store.add(
      edit.onChange(() => {
        this.#texts.fire(uri);
      }),
    );
    this.#open = { edit, uri, store };
    setReviewing(true);
    this.#texts.fire(uri); // the editor may have kept the text of an older one
    const title = t("{0}: proposed edit", pathOf(original));
    await vscode.commands.executeCommand("vscode.diff", original, uri, title, { preview: true });
    await this.#ask();
  }

  async accept(): Promise<void> {
    const edit = this.#open?.edit;
    if (!edit) return;
    const { isCurrent } = edit;
    const isDone = isCurrent && (await edit.apply());
    await this.refuse();
    if (!isCurrent) tellItWasChanged();
    else if (!isDone)
      void vscode.window.showWarningMessage(t("Slipstream: this file cannot be changed."));
    if (!isDone) return;
    await vscode.window.showTextDocument(edit.document);
  }

  /** Closes the comparison; the document stays as it is. */
  async refuse(): Promise<void> {
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    const ours = tabs.filter((tab) => this.#isOurs(tab));
    this.#end();
    await vscode.window.tabGroups.close(ours);
  }

  dispose(): void {
    this.#end();
    this.#store.dispose();
  }

  /** A message too, for who does not see the buttons of the comparison. */
  async #ask(): Promise<void> {
    const open = this.#open;
    const accept = t("Accept");
    const refuse = t("Refuse");
    const question = t("Slipstream: accept this edit?");
    const picked = await vscode.window.showInformationMessage(question, accept, refuse);
    if (picked === undefined || this.#open !== open) return;
    await (picked === accept ? this.accept() : this.refuse());
  }

  #end(): void {
    if (!this.#open) return;
    this.#open.store.dispose();
    this.#open = undefined;
    setReviewing(false);
  }

  #isOurs({ input }: vscode.Tab): boolean {
    return input instanceof vscode.TabInputTextDiff && input.modified.scheme === scheme;
  }
}

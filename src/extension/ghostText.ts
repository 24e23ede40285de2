import * as vscode from "vscode";
import { type DocumentState, isSameState } from "../context/snapshot.ts";
import type { AdmissionDesk } from "./admission.ts";
import { documentKeyOf } from "./editorSnapshot.ts";

const commands = ["editor.action.inlineSuggest.trigger", "editor.action.inlineSuggest.showNext"];

/** Says nothing. That it is new makes the editor ask all providers again. */
const newcomer: vscode.InlineCompletionItemProvider = { provideInlineCompletionItems: () => [] };

/**
 * Changes ghost text that is on the screen while the person stays where they are. Stable API has no way but to let
 * the editor ask again, which looks like a person's own question; `isAsking` tells it apart.
 */
export class GhostText {
  #isAsking = false;
  /** What became known while the editor was asking. */
  #wanted: DocumentState | undefined;

  /** Whether the editor asks because it was made to here. */
  get isAsking(): boolean {
    return this.#isAsking;
  }

  /**
   * Shows what the core has for this state now in the place of what is on the screen. The editor asks twice about
   * the same state only where it has a provider that it has not asked. It keeps what is shown as one of its items and
   * gets the new text beside it; going to the next shows that without a frame in between.
   */
  async update(state: DocumentState): Promise<void> {
    this.#wanted = state;
    if (this.#isAsking) return; // one at a time; it looks again at its end
    this.#isAsking = true;
    try {
      for (let next = this.#take(); next; next = this.#take()) await show(next);
    } finally {
      this.#isAsking = false;
    }
  }

  /** Takes what is on the screen away where one of these documents has it, and may have none any more. */
  async hide(
    documentKeys: readonly string[],
    admission: Pick<AdmissionDesk, "admit">,
  ): Promise<void> {
    const document = vscode.window.activeTextEditor?.document;
    if (!document || !documentKeys.includes(documentKeyOf(document))) return;
    const { isAdmitted } = await admission.admit(document);
    if (!isAdmitted && document === vscode.window.activeTextEditor?.document)
      await vscode.commands.executeCommand("editor.action.inlineSuggest.hide");
  }

  #take(): DocumentState | undefined {
    const wanted = this.#wanted;
    this.#wanted = undefined;
    return wanted;
  }
}

async function show(state: DocumentState): Promise<void> {
  const { registerInlineCompletionItemProvider } = vscode.languages;
  const registered = registerInlineCompletionItemProvider({ pattern: "**" }, newcomer);
  try {
    for (const command of commands) {
      if (isThere(state)) await vscode.commands.executeCommand(command);
    }
  } finally {
    registered.dispose();
  }
}

/** Whether the person is still at this state. */
function isThere(state: DocumentState): boolean {
  const editor = vscode.window.activeTextEditor;
  if (!editor?.selection.isEmpty || editor.selections.length > 1) return false;
  const { document, selection } = editor;
  return isSameState(state, {
    documentKey: documentKeyOf(document),
    version: document.version,
    offset: document.offsetAt(selection.active),
  });
}

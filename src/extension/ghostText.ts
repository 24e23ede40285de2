import * as vscode from "vscode";
import { type DocumentState } from "../context/snapshot.ts";
import { documentKeyOf } from "./editorSnapshot.ts";

/**
 * Lets the editor ask again, if the person is still at this state: the model's answer has come. What is shown
 * is hidden first, since the editor holds on to it while it still fits the text.
 */
export async function refreshGhostText(state: DocumentState): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (!editor?.selection.isEmpty || editor.selections.length > 1) return;
  const { document, selection } = editor;
  const isThere =
    documentKeyOf(document) === state.documentKey &&
    document.version === state.version &&
    document.offsetAt(selection.active) === state.offset;
  if (!isThere) return;
  await vscode.commands.executeCommand("editor.action.inlineSuggest.hide");
  await vscode.commands.executeCommand("editor.action.inlineSuggest.trigger");
}

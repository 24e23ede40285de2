import * as vscode from "vscode";
import { languageOfFence } from "../../chat/fenceLanguages.ts";
import { placedCode } from "../../chat/placedCode.ts";
import { t } from "../l10n.ts";
import { withIndentation } from "./selectedLines.ts";

/** What a person does with a block of code of an answer. */
export type CodeAction = "insert" | "replace" | "copy" | "open";

/** Does it in the editor that was used last; people are told where there is none. */
export async function takeCode(
  action: CodeAction,
  code: { readonly text: string; readonly languageId: string },
  editor: vscode.TextEditor | undefined,
): Promise<void> {
  switch (action) {
    case "copy":
      await vscode.env.clipboard.writeText(code.text);
      return;
    case "open":
      await openAsFile(code);
      return;
    case "insert":
    case "replace":
      await putInto(editor, code.text, action === "replace");
  }
}

/** In a language that the editor does not know it is plain text. */
async function openAsFile({
  text,
  languageId,
}: {
  text: string;
  languageId: string;
}): Promise<void> {
  try {
    const language = languageOfFence(languageId, await vscode.languages.getLanguages());
    const document = await vscode.workspace.openTextDocument({ content: text, language });
    await vscode.window.showTextDocument(document);
  } catch {
    void vscode.window.showWarningMessage(
      t("Slipstream: the editor could not open the code in a new file."),
    );
  }
}

async function putInto(
  editor: vscode.TextEditor | undefined,
  text: string,
  isReplacing: boolean,
): Promise<void> {
  if (!editor || editor.document.isClosed) {
    void vscode.window.showWarningMessage(
      t("Slipstream: open a file and put the cursor where the code belongs."),
    );
    return;
  }
  const { document, viewColumn, selection } = editor;
  const shown = await vscode.window.showTextDocument(document, {
    viewColumn: viewColumn ?? vscode.ViewColumn.Active,
    selection,
  });
  const { active } = selection;
  const isSelected = isReplacing && !selection.isEmpty;
  const place = isSelected
    ? withIndentation(document, selection)
    : new vscode.Range(active, active);
  const placed = placedCode(text, {
    before: document.lineAt(place.start).text.slice(0, place.start.character),
    replaced: document.getText(place),
    after: document.lineAt(place.end).text.slice(place.end.character),
  });
  const isDone = await shown.edit((edit) => {
    edit.replace(place, placed);
  });
  if (!isDone) {
    void vscode.window.showWarningMessage(t("Slipstream: this file cannot be changed."));
  }
}

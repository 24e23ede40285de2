import * as vscode from "vscode";
import type { Attachment } from "../../chat/conversation.ts";
import { pathOf } from "../editorSnapshot.ts";
import type { EditorAttachments } from "./editorAttachments.ts";
import { t } from "../l10n.ts";

interface Choice extends vscode.QuickPickItem {
  readonly attach: () => Promise<Attachment | undefined>;
}

const shownFiles = 500;

/** Lets a person choose code or a problem to go with the question; undefined where nothing was chosen, or may be. */
export async function pickAttachment(
  attachments: EditorAttachments,
  editor: vscode.TextEditor | undefined,
): Promise<Attachment | undefined> {
  const choices: Choice[] = [
    ...(editor ? choicesIn(editor, attachments) : []),
    {
      label: t("$(file) A File…"),
      attach: () => pickFile(attachments),
    },
  ];
  const title = t("Attach to the Question");
  const picked = await vscode.window.showQuickPick(choices, { title });
  return picked?.attach();
}

function choicesIn(editor: vscode.TextEditor, attachments: EditorAttachments): Choice[] {
  const { document, selection } = editor;
  const path = pathOf(document.uri);
  const problems = vscode.languages.getDiagnostics(document.uri).map((problem): Choice => ({
    label: t("$(warning) Problem: {0}", problem.message),
    description: `${path}:${problem.range.start.line + 1}`,
    attach: () => attachments.problem(document, problem),
  }));
  const selected: Choice = {
    label: t("$(selection) The Selection"),
    description: path,
    attach: () => attachments.selection(editor),
  };
  const file: Choice = {
    label: t("$(file-code) This File"),
    description: path,
    attach: () => attachments.file(document),
  };
  return [...(selection.isEmpty ? [] : [selected]), file, ...problems];
}

async function pickFile(attachments: EditorAttachments): Promise<Attachment | undefined> {
  const files = await vscode.workspace.findFiles("**/*", undefined, shownFiles);
  const items = files
    .map((uri) => ({ label: pathOf(uri), uri }))
    .sort((one, other) => (one.label < other.label ? -1 : 1));
  const title = t("Attach a File");
  const picked = await vscode.window.showQuickPick(items, { title });
  if (!picked) return undefined;
  try {
    return await attachments.file(await vscode.workspace.openTextDocument(picked.uri));
  } catch {
    void vscode.window.showWarningMessage(
      t("Slipstream: {0} is not a text file and cannot be attached.", picked.label),
    );
    return undefined;
  }
}

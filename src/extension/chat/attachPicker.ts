import * as vscode from "vscode";
import type { Clock } from "../../base/clock.ts";
import type { Attachment } from "../../chat/conversation.ts";
import { TypedSearch } from "../../chat/typedSearch.ts";
import { pathOf } from "../editorSnapshot.ts";
import type { FileRules } from "../fileRules.ts";
import type { EditorAttachments } from "./editorAttachments.ts";
import { findFiles, nameOf } from "./fileFinder.ts";
import { t } from "../l10n.ts";

interface Choice extends vscode.QuickPickItem {
  readonly attach: () => Promise<Attachment | undefined>;
}

/** What the picker needs. */
export interface PickerParts {
  readonly attachments: EditorAttachments;
  readonly rules: FileRules;
  readonly clock: Clock;
}

/** Lets a person choose code or a problem to go with the question; undefined where nothing was chosen, or may be. */
export async function pickAttachment(
  parts: PickerParts,
  editor: vscode.TextEditor | undefined,
): Promise<Attachment | undefined> {
  const choices: Choice[] = [
    ...(editor ? choicesIn(editor, parts.attachments) : []),
    {
      label: t("$(file) A File…"),
      attach: () => pickFile(parts),
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

async function pickFile(parts: PickerParts): Promise<Attachment | undefined> {
  const picked = await chosenFile(parts);
  if (!picked) return undefined;
  try {
    return await parts.attachments.file(await vscode.workspace.openTextDocument(picked));
  } catch {
    void vscode.window.showWarningMessage(
      t("Slipstream: {0} is not a text file and cannot be attached.", nameOf(picked)),
    );
    return undefined;
  }
}

/** Lets a person choose among the files of the workspace, of which some are shown for what is typed. */
function chosenFile({ rules, clock }: PickerParts): Promise<vscode.Uri | undefined> {
  const pick = vscode.window.createQuickPick<vscode.QuickPickItem & { uri: vscode.Uri }>();
  pick.placeholder = t("Type a part of the path");
  const search = new TypedSearch({
    clock,
    find: (text, signal) => findFiles(text, rules, signal),
    show: ({ files, isCut }) => {
      pick.busy = false;
      pick.items = files.map((uri) => ({ label: nameOf(uri), uri }));
      pick.title = isCut ? t("Attach a File (there are more than these)") : t("Attach a File");
    },
  });
  const { promise, resolve } = Promise.withResolvers<vscode.Uri | undefined>();
  pick.onDidChangeValue((text) => {
    pick.busy = true;
    search.typed(text);
  });
  pick.onDidAccept(() => {
    resolve(pick.selectedItems[0]?.uri);
    pick.hide();
  });
  pick.onDidHide(() => {
    resolve(undefined);
    search.dispose();
    pick.dispose();
  });
  pick.title = t("Attach a File");
  pick.busy = true;
  pick.show();
  void search.search("");
  return promise;
}

import * as vscode from "vscode";
import { Failure } from "../../base/failure.ts";
import type { ChatSource } from "../../chat/source.ts";
import { editQuestion, replacementIn } from "../../chat/tasks.ts";
import { pathOf } from "../editorSnapshot.ts";
import { sentenceOf } from "../failureSentences.ts";
import type { EditorAttachments } from "./editorAttachments.ts";
import type { EditReview } from "./editReview.ts";
import { ProposedEdit, tellItWasChanged } from "./proposedEdit.ts";
import { selectedLines } from "./selectedLines.ts";
import { t } from "../l10n.ts";

/** What an edit needs. */
export interface EditParts {
  readonly source: ChatSource;
  readonly attachments: EditorAttachments;
  readonly review: EditReview;
  readonly newId: () => string;
}

/** Of the file round the part that is to be changed, to either side. */
const aroundChars = 8_000;

/** Asks what is to change in the selected lines, lets the model change them, and shows that for review. */
export async function editSelection(parts: EditParts, editor: vscode.TextEditor): Promise<void> {
  const { document, selection } = editor;
  if (!(await parts.attachments.isAllowed(document))) return;
  const edit = new ProposedEdit(document, selectedLines(document, selection));
  try {
    const wish = await vscode.window.showInputBox({
      title: t("Edit Selection"),
      prompt: t("What is to change in the selected lines?"),
    });
    const isWished = wish !== undefined && wish.trim() !== "";
    const answer = isWished && edit.isCurrent ? await answerTo(parts, edit, wish) : undefined;
    if (isWished && !edit.isCurrent) tellItWasChanged();
    if (answer === undefined || !edit.isCurrent) {
      edit.dispose();
      return;
    }
    edit.replacement = replacementIn(answer, edit.part);
  } catch (error) {
    edit.dispose();
    const sentence = sentenceOf(Failure.from(error), t).replaceAll("](", "] (");
    void vscode.window.showWarningMessage(`Slipstream: ${sentence}`);
    return;
  }
  await parts.review.show(edit);
}

/** The model's whole answer; undefined where the person did not want to wait for it. */
async function answerTo(
  { source, newId }: EditParts,
  edit: ProposedEdit,
  wish: string,
): Promise<string | undefined> {
  const { document, part } = edit;
  const { uri, languageId } = document;
  const around = edit.textAround(aroundChars);
  const task = { path: pathOf(uri), languageId, ...around, part, wish };
  const question = editQuestion(task, newId());
  const progress = {
    location: vscode.ProgressLocation.Notification,
    title: t("Slipstream: editing the selection"),
    cancellable: true,
  };
  return vscode.window.withProgress(progress, async (_progress, token) => {
    const abort = new AbortController();
    const listener = token.onCancellationRequested(() => {
      abort.abort(new Failure("superseded", "the person cancelled"));
    });
    try {
      let text = "";
      for await (const piece of source(question, abort.signal)) {
        if (piece.kind === "text") text += piece.text;
      }
      return text;
    } catch (error) {
      if (abort.signal.aborted) return undefined;
      throw error;
    } finally {
      listener.dispose();
    }
  });
}

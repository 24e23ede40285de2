import * as vscode from "vscode";
import { Failure } from "../../base/failure.ts";
import type { ChatSource } from "../../chat/source.ts";
import { editQuestion, replacementIn } from "../../chat/tasks.ts";
import { pathOf } from "../editorSnapshot.ts";
import { sentenceOf } from "../failureSentences.ts";
import type { EditorAttachments } from "./editorAttachments.ts";
import type { EditReview } from "./editReview.ts";
import { ProposedEdit } from "./proposedEdit.ts";
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
  const edit = new ProposedEdit(document, linesOf(document, selection));
  try {
    const wish = await vscode.window.showInputBox({
      title: t("Edit Selection"),
      prompt: t("What is to change in the selected lines?"),
    });
    const answer = wish?.trim() ? await answerTo(parts, edit, wish) : undefined;
    if (answer === undefined) {
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

/** All of the lines that the selection touches, without the last one's end. */
function linesOf(
  document: vscode.TextDocument,
  { start, end, isEmpty }: vscode.Range,
): vscode.Range {
  // Who selects whole lines mostly has the cursor at the start of the next one.
  const isAtNext = !isEmpty && end.character === 0 && end.line > start.line;
  const last = document.lineAt(isAtNext ? end.line - 1 : end.line);
  return new vscode.Range(new vscode.Position(start.line, 0), last.range.end);
}

import * as vscode from "vscode";
import { Failure } from "../../base/failure.ts";
import type { ChatSource } from "../../chat/source.ts";
import { editQuestion, replacementIn } from "../../chat/tasks.ts";
import { pathOf } from "../editorSnapshot.ts";
import { sentenceOf } from "../failureSentences.ts";
import type { EditorAttachments } from "./editorAttachments.ts";
import type { EditReview } from "./editReview.ts";
import { ProposedEdit, tellItWasChanged } from "./proposedEdit.ts";
import { readAnswer } from "./readAnswer.ts";
import { selectedLines } from "./selectedLines.ts";
import { t } from "../l10n.ts";

/** What an edit needs. */
export interface EditParts {
  readonly source: ChatSource;
  /** Whether the gateway is a team's. */
  readonly isHosted: () => boolean;
  readonly attachments: EditorAttachments;
  readonly review: EditReview;
  readonly newId: () => string;
}

/** Of the file round the part that is to be changed, to either side. */
const aroundChars = 8_000;
/** Of an answer without code. */
const shownChars = 200;

/** Asks what is to change in the selected lines, lets the model change them, and shows that for review. */
export async function editSelection(parts: EditParts, editor: vscode.TextEditor): Promise<void> {
  const { document, selection } = editor;
  if (!(await parts.attachments.isAllowed(document))) return;
  const edit = new ProposedEdit(document, selectedLines(document, selection));
  const replacement = await replacementFor(parts, edit).catch(tellFailure(parts));
  if (replacement === undefined) {
    edit.dispose();
    return;
  }
  edit.replacement = replacement;
  await parts.review.show(edit);
}

/** What takes the part's place; undefined where there is nothing, which the person wanted or is told. */
async function replacementFor(parts: EditParts, edit: ProposedEdit): Promise<string | undefined> {
  const wish = await vscode.window.showInputBox({
    title: t("Edit Selection"),
    prompt: t("What is to change in the selected lines?"),
  });
  if (wish === undefined || wish.trim() === "") return undefined;
  const answer = edit.isCurrent ? await answerTo(parts, edit, wish) : undefined;
  if (!edit.isCurrent) {
    tellItWasChanged();
    return undefined;
  }
  if (!answer) return undefined;
  if (answer.isCut) {
    warn(
      t(
        "Slipstream: the model's answer is not whole: it reached the longest one it gives. Select fewer lines.",
      ),
    );
    return undefined;
  }
  const replacement = replacementIn(answer.text, edit.part);
  if (replacement === undefined) {
    const said = answer.text.trim().slice(0, shownChars).replace(/\s+/g, " ");
    warn(t("Slipstream: the model answered without one whole block of code. It said: {0}", said));
  }
  return replacement;
}

/** The editor makes links of what looks like Markdown's in a message: a model's words are none. */
const warn = (message: string): void =>
  void vscode.window.showWarningMessage(message.replaceAll("](", "] ("));

const tellFailure =
  ({ isHosted }: EditParts) =>
  (error: unknown): undefined => {
    const telling = { isHosted: isHosted(), isChat: true };
    warn(`Slipstream: ${sentenceOf(Failure.from(error), t, telling)}`);
  };

/** The model's answer; undefined where the person did not want to wait for it. */
async function answerTo(
  { source, newId }: EditParts,
  edit: ProposedEdit,
  wish: string,
): Promise<{ readonly text: string; readonly isCut: boolean } | undefined> {
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
    let text = "";
    let isCut = false;
    const isAnswered = await readAnswer({ source, question, token }, (piece) => {
      if (piece.kind === "text") text += piece.text;
      else isCut = piece.cut !== undefined;
    });
    return isAnswered ? { text, isCut } : undefined;
  });
}

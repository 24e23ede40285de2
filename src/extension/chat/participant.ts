import * as vscode from "vscode";
import { Failure } from "../../base/failure.ts";
import type { HostTurn } from "../../chat/hostConversation.ts";
import { sentenceOf } from "../failureSentences.ts";
import { t } from "../l10n.ts";
import type { ChatParts } from "./chatParts.ts";
import { EditorAttachments } from "./editorAttachments.ts";
import { hostQuestion, nothingToAnswer } from "./hostQuestion.ts";
import { readAnswer } from "./readAnswer.ts";
import { readReferences } from "./references.ts";

/** Answers what is asked of @slipstream in the editor's own chat, about the code that goes with it. */
export function participant({
  source,
  rules,
  isHosted,
}: Pick<ChatParts, "source" | "rules" | "isHosted">): vscode.ChatRequestHandler {
  const files = new EditorAttachments(rules, () => undefined); // the answer names what is left out
  return async ({ prompt, references }, { history }, stream, token) => {
    let notice = "";
    const end = (message?: string): vscode.ChatResult =>
      message === undefined
        ? { metadata: { notice } }
        : { metadata: { notice }, errorDetails: { message } };
    try {
      const before = await Promise.all(history.map((turn) => turnOfHistory(turn, files)));
      const { attachments, leftOut } = await readReferences(references, files);
      const question = hostQuestion([...before, { role: "user", text: prompt, attachments }]);
      notice = noticeOf(leftOut, question?.isShortened ?? false);
      if (notice !== "") stream.markdown(notice);
      if (!question) return end(nothingToAnswer());
      await readAnswer({ source, question: question.json, token }, (piece) => {
        if (piece.kind === "text") stream.markdown(piece.text);
      });
      return end();
    } catch (error) {
      return end(sentenceOf(Failure.from(error), t, { isHosted: isHosted(), isChat: true }));
    }
  };
}

/** What people are told before the answer. */
function noticeOf(leftOut: readonly string[], isShortened: boolean): string {
  const names = leftOut.map((name) => `\`${name}\``).join(", ");
  const notes = [
    names === ""
      ? ""
      : t(
          "Not given to the model, since it may not be sent, is too large or is no text of a file: {0}",
          names,
        ),
    isShortened ? t("Shortened context: the oldest turns were left out") : "",
  ];
  return notes.map((note) => (note === "" ? "" : `> ${note}\n\n`)).join("");
}

/** Of an answer what the model has said, without our own words before it. */
async function turnOfHistory(
  turn: vscode.ChatRequestTurn | vscode.ChatResponseTurn,
  files: EditorAttachments,
): Promise<HostTurn> {
  if (turn instanceof vscode.ChatRequestTurn) {
    const { attachments } = await readReferences(turn.references, files);
    return { role: "user", text: turn.prompt, attachments };
  }
  const text = turn.response
    .map((part) => (part instanceof vscode.ChatResponseMarkdownPart ? part.value.value : ""))
    .join("");
  const notice: unknown = turn.result.metadata?.["notice"];
  const isNoticed = typeof notice === "string" && text.startsWith(notice);
  return { role: "assistant", text: isNoticed ? text.slice(notice.length) : text };
}

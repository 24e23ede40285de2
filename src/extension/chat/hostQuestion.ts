import type * as vscode from "vscode";
import { Failure } from "../../base/failure.ts";
import { hostConversation, type HostTurn } from "../../chat/hostConversation.ts";
import { buildQuestion, type BuiltQuestion } from "../../chat/question.ts";
import type { ChatSource } from "../../chat/source.ts";
import { chatInstructions } from "../../chat/tasks.ts";
import { t } from "../l10n.ts";

/** The question that such a chat is; undefined where its last turn has nothing that could be answered. */
export function hostQuestion(
  turns: readonly HostTurn[],
  limitBytes?: number,
): BuiltQuestion | undefined {
  const conversation = hostConversation(crypto.randomUUID(), turns);
  return conversation && buildQuestion(conversation, chatInstructions, limitBytes);
}

/** What people are told then. */
export const nothingToAnswer = (): string =>
  t("There is no text to answer: this model reads nothing else.");

interface Question {
  readonly source: ChatSource;
  readonly question: string;
  readonly token: vscode.CancellationToken;
}

/** Asks and hands the text on as it comes; ends quietly where the editor cancels. */
export async function answer(
  { source, question, token }: Question,
  add: (text: string) => void,
): Promise<void> {
  const abort = new AbortController();
  const listener = token.onCancellationRequested(() => {
    abort.abort(new Failure("superseded", "the editor cancelled"));
  });
  try {
    for await (const piece of source(question, abort.signal)) {
      if (piece.kind === "text") add(piece.text);
    }
  } catch (error) {
    if (!abort.signal.aborted) throw error;
  } finally {
    listener.dispose();
  }
}

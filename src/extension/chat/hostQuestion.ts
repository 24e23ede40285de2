import { hostConversation, type HostTurn } from "../../chat/hostConversation.ts";
import { buildQuestion, type BuiltQuestion } from "../../chat/question.ts";
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

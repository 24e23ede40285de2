import { attachedText, withFenceClosed } from "./attachedText.ts";
import type { Conversation } from "./conversation.ts";

/** A conversation as a Markdown document. `headings` are those of each question and answer. */
export function exportMarkdown(
  conversation: Conversation,
  headings: { readonly question: string; readonly answer: string },
): string {
  const parts = conversation.exchanges.flatMap(({ question, attachments, answer }) => [
    `## ${headings.question}`,
    withFenceClosed(question),
    ...attachments.map(attachedText),
    `## ${headings.answer}`,
    ...(answer.text === "" ? [] : [withFenceClosed(answer.text.trimEnd())]),
    ...(answer.problem === undefined ? [] : [`> ${answer.problem}`]),
  ]);
  return `${parts.join("\n\n")}\n`;
}

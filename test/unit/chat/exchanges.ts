import type { Answer, Attachment, Exchange } from "../../../src/chat/conversation.ts";

/** A question with its answer. */
export function exchange(
  question: string,
  answer: Partial<Answer> = {},
  attachments: Attachment[] = [],
): Exchange {
  const whole = { text: `about ${question}`, state: "whole" as const, marks: [], ...answer };
  return { id: question, question, attachments, answer: whole };
}

/** Lines 3 to 5 of a file. */
export const selection: Attachment = {
  kind: "selection",
  uri: "file:///home/me/project/src/area.ts",
  path: "project/src/area.ts",
  languageId: "typescript",
  firstLine: 3,
  lastLine: 5,
  text: "const a = 1;\n",
};

import { Failure } from "../base/failure.ts";
import type { ChatQuestion } from "../wire/chat.ts";
import { fenced } from "./attachedText.ts";
import { indentedTo, leastIndentation } from "./indentation.ts";

/** What every conversation's model is told. */
export const chatInstructions =
  "You help a programmer in a code editor. Be brief and exact. Put code into fenced blocks that name the language.";

const editInstructions =
  "You edit code. You get a file, a part of it, and what is wanted. Answer with the text that takes the place of that part, whole, in one fenced block, and with nothing else. Leave what needs no change as it is, with its indentation.";

/** Code to be changed as somebody wants it. */
export interface EditTask {
  readonly path: string;
  readonly languageId: string;
  /** Of the file, the nearest characters to either side. */
  readonly textBefore: string;
  readonly textAfter: string;
  /** Whole lines but for the last one's end: what the answer takes the place of. */
  readonly part: string;
  readonly wish: string;
}

/** The JSON of the question that an edit is. `conversation` names it to the model's cache. */
export function editQuestion(task: EditTask, conversation: string): string {
  const { path, languageId, textBefore, textAfter, part, wish } = task;
  const surroundings = `${textBefore}${part}${textAfter}`;
  const text = [
    `${path}:`,
    fenced(surroundings, languageId),
    "The part of it to replace:",
    fenced(part, languageId),
    `Wanted: ${wish}`,
  ].join("\n\n");
  const question: ChatQuestion = {
    conversation,
    instructions: editInstructions,
    turns: [{ role: "user", text }],
  };
  return JSON.stringify(question);
}

/**
 * The text of the answer's first fenced block, with the part's line ends and indentation. Throws an
 * `upstream-garbled` failure where there is no whole block.
 */
export function replacementIn(answer: string, part: string): string {
  const lines = answer.split(/\r?\n/);
  const start = lines.findIndex((line) => /^ {0,3}(`{3,}|~{3,})/.test(line));
  const fence = /^ *(`{3,}|~{3,})/.exec(lines[start] ?? "")?.[1] ?? "";
  const isEnd = (line: string) => line.trim().startsWith(fence) && /^[`~]+$/.test(line.trim());
  const length = lines.slice(start + 1).findIndex(isEnd);
  if (start < 0 || length < 0) {
    throw new Failure("upstream-garbled", "the model answered without one whole block of code");
  }
  const block = lines.slice(start + 1, start + 1 + length);
  const lineEnd = part.includes("\r\n") ? "\r\n" : "\n";
  const wanted = leastIndentation(part.split(/\r?\n/));
  // Models like to move code to the margin; what they put deeper is meant.
  const isAtMargin = wanted.startsWith(leastIndentation(block));
  return (isAtMargin ? indentedTo(block, wanted) : block).join(lineEnd);
}

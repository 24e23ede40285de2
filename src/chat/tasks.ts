import type { ChatQuestion } from "../wire/chat.ts";
import { fenced, fenceLine } from "./attachedText.ts";
import { indentationOf, indentedTo, leastIndentation } from "./indentation.ts";

/** What every conversation's model is told. */
export const chatInstructions =
  "You help a programmer in a code editor. Be brief and exact. Put code into fenced blocks that name the language.";

const editInstructions =
  "You edit code. You get a part of a file with what stands above and below it, and what is wanted. Answer with the text that takes the place of that part, whole, in one fenced block, and with nothing else. Leave what needs no change as it is, with its indentation.";

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
  const given = (what: string, code: string) =>
    code.trim() === "" ? [] : [`${what}:`, fenced(code, languageId)];
  const text = [
    `The file is ${path}.`,
    ...given("Above the part", textBefore),
    ...given("Below the part", textAfter),
    "The part to replace:",
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

/** The text of the answer's first fenced block, with the part's line ends and indentation; undefined where there is no whole one. */
export function replacementIn(answer: string, part: string): string | undefined {
  const block = firstBlock(answer.replace(thinking, "").split(/\r?\n/));
  if (!block) return undefined;
  const lineEnd = part.includes("\r\n") ? "\r\n" : "\n";
  return inPlace(block, part.split(/\r?\n/)).join(lineEnd);
}

/** What some models say before their answer. */
const thinking = /^\s*<think>.*?<\/think>/s;

/** The lines of the first block that has an end. A fence within it that names a language has an end of its own. */
function firstBlock(lines: readonly string[]): readonly string[] | undefined {
  const open: string[] = [];
  let start = 0;
  for (const [at, line] of lines.entries()) {
    const [, marks = "", info = ""] = fenceLine.exec(line) ?? [];
    const innermost = open.at(-1);
    if (marks === "") continue;
    if (innermost === undefined) start = at + 1;
    if (innermost === undefined || (info.trim() !== "" && marks.startsWith(open[0] ?? "")))
      open.push(marks);
    else if (info.trim() === "" && marks.startsWith(innermost)) open.pop();
    if (open.length === 0) return lines.slice(start, at);
  }
  return undefined;
}

/**
 * Models like to move code to the margin: then it is moved back. What they put deeper is meant, and so is a line at the
 * margin among others that are in their place.
 */
function inPlace(block: readonly string[], part: readonly string[]): readonly string[] {
  const wanted = leastIndentation(part);
  if (!wanted.startsWith(leastIndentation(block))) return block;
  const moved = indentedTo(block, wanted);
  const old = new Set(part.filter((line) => line.trim() !== ""));
  const keptBy = (lines: readonly string[]) => lines.filter((line) => old.has(line)).length;
  const more = keptBy(moved) - keptBy(block);
  if (more !== 0) return more > 0 ? moved : block;
  const [first, firstOfPart] = [block, part].map((lines) =>
    indentationOf(lines.find((line) => line.trim() !== "") ?? ""),
  );
  return first === firstOfPart ? block : moved;
}

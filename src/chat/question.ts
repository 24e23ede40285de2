import { Failure } from "../base/failure.ts";
import type { ChatQuestion, ChatTurn } from "../wire/chat.ts";
import { maxQuestionBytes, maxQuestionTurns } from "../wire/limits.ts";
import { attachedText } from "./attachedText.ts";
import type { Conversation, Exchange } from "./conversation.ts";

/** A question as it goes over the link. */
export interface BuiltQuestion {
  readonly json: string;
  /** Whether older turns were left out. */
  readonly isShortened: boolean;
}

/** A turn in its parts: what was attached, and what was asked. */
interface Turn {
  readonly role: ChatTurn["role"];
  readonly parts: readonly string[];
}

/**
 * The JSON of a conversation whose last exchange waits for its answer. The oldest exchanges are left out where it would be
 * more than the link takes. Throws a `too-large` failure where the last question alone is.
 */
export function buildQuestion(
  conversation: Conversation,
  instructions: string,
  limitBytes = maxQuestionBytes,
): BuiltQuestion {
  const question = (turns: readonly ChatTurn[]): string =>
    JSON.stringify({ conversation: conversation.id, instructions, turns } satisfies ChatQuestion);
  const exchanges = conversation.exchanges.filter(isTold);
  const kept: Turn[] = [];
  let sizeBytes = Buffer.byteLength(question([]));
  let told = 0;
  for (const exchange of exchanges.toReversed()) {
    const turns = turnsOf(exchange);
    for (const turn of turns) sizeBytes += Buffer.byteLength(JSON.stringify(toldTurn(turn))) + 1;
    if (sizeBytes > limitBytes || kept.length + turns.length > maxQuestionTurns) break;
    const next = turns.at(-1)?.role === "user" ? kept.shift() : undefined;
    kept.unshift(...(next ? turns.map((turn) => joined(turn, next)) : turns));
    told++;
  }
  if (told === 0) {
    const message = `the question has ${sizeBytes} bytes; the most is ${limitBytes}`;
    throw new Failure("too-large", message);
  }
  return { json: question(kept.map(toldTurn)), isShortened: told < exchanges.length };
}

/** What was wrong would only mislead, and what a model would not answer keeps it from answering what comes next. */
export const isTold = ({ answer }: Exchange): boolean =>
  !answer.marks.includes("retracted") && (answer.state !== "failed" || answer.text !== "");

/** Where no answer came there is the question alone. */
function turnsOf({ question, attachments, answer }: Exchange): Turn[] {
  const said = question === "" ? [] : [question];
  const asked: Turn = { role: "user", parts: [...attachments.map(attachedText), ...said] };
  return answer.text.trim() === "" ? [asked] : [asked, { role: "assistant", parts: [answer.text] }];
}

/** A question without an answer and the next one: some servers refuse two turns of one side. What is the same is said once. */
const joined = ({ role, parts }: Turn, next: Turn): Turn => ({
  role,
  parts: [...parts.filter((part) => !next.parts.includes(part)), ...next.parts],
});

const toldTurn = ({ role, parts }: Turn): ChatTurn => ({ role, text: parts.join("\n\n") });

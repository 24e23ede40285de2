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
  const exchanges = conversation.exchanges.filter(
    (exchange, at) => at === conversation.exchanges.length - 1 || isWorthTelling(exchange),
  );
  const kept: ChatTurn[] = [];
  let sizeBytes = Buffer.byteLength(question([]));
  let told = 0;
  for (const [back, exchange] of exchanges.toReversed().entries()) {
    const turns = back === 0 ? [questionTurn(exchange)] : turnsOf(exchange);
    for (const turn of turns) sizeBytes += Buffer.byteLength(JSON.stringify(turn)) + 1;
    if (sizeBytes > limitBytes || kept.length + turns.length > maxQuestionTurns) break;
    kept.unshift(...turns);
    told++;
  }
  if (told === 0) {
    const message = `the question has ${sizeBytes} bytes; the most is ${limitBytes}`;
    throw new Failure("too-large", message);
  }
  return { json: question(kept), isShortened: told < exchanges.length };
}

/** What brought no text, or was wrong, would only mislead. */
const isWorthTelling = ({ answer }: Exchange): boolean =>
  answer.text !== "" && !answer.marks.includes("retracted");

const turnsOf = (exchange: Exchange): ChatTurn[] => [
  questionTurn(exchange),
  { role: "assistant", text: exchange.answer.text },
];

const questionTurn = ({ question, attachments }: Exchange): ChatTurn => ({
  role: "user",
  text: [...attachments.map(attachedText), question].join("\n\n"),
});

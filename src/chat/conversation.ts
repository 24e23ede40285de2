import * as z from "zod/mini";

/**
 * What is special about an answer, set by whoever finds out. `cached`: from a cache. `shortened`: the model was not told all
 * that was said before. `withheld`: nor what was attached and may not be sent any more. `cut`: the model or its server broke it off.
 * `retracted`: found wrong, told to no model again.
 */
const marks = ["cached", "shortened", "withheld", "cut", "retracted"] as const;

/** Code or a problem that goes with a question, as it was when it was attached. */
const attachmentSchema = z.object({
  kind: z.enum(["selection", "file", "problem"]),
  /** Where it is from; asked about again before each question. */
  uri: z.string(),
  /** What the model and people see of that; never a home directory. */
  path: z.string(),
  languageId: z.string(),
  /** The first line and the last, from 1. */
  firstLine: z.int(),
  lastLine: z.int(),
  text: z.string(),
});

const answerSchema = z.object({
  text: z.string(),
  state: z.enum(["coming", "whole", "stopped", "failed"]),
  /** Why it failed and what to do next. */
  problem: z.optional(z.string()),
  marks: z.array(z.enum(marks)),
});

export const exchangeSchema = z.object({
  id: z.string(),
  /** The question that this one asks once more: the first of them. */
  repeats: z.optional(z.string()),
  question: z.string(),
  attachments: z.array(attachmentSchema),
  answer: answerSchema,
});

/** Of what is kept and what the view is given. */
export const conversationSchema = z.object({
  id: z.string().check(z.minLength(1), z.maxLength(64)),
  exchanges: z.array(exchangeSchema),
});

export type Mark = (typeof marks)[number];
export type Attachment = Readonly<z.infer<typeof attachmentSchema>>;
export type Answer = Readonly<z.infer<typeof answerSchema>>;
/** One question with its answer. */
export type Exchange = Readonly<z.infer<typeof exchangeSchema>>;
/** Questions and answers in their order. A value: a change makes another one. */
export interface Conversation {
  readonly id: string;
  readonly exchanges: readonly Exchange[];
}

/**
 * The conversation up to a question, without it: another one, of the other id, where an answer or a later question would be
 * lost. The whole one where there is no such question.
 */
export function before(
  conversation: Conversation,
  exchangeId: string,
  otherId: string,
): Conversation {
  const { id, exchanges } = conversation;
  const at = exchanges.findIndex((exchange) => exchange.id === exchangeId);
  if (at < 0) return conversation;
  const isLost = at < exchanges.length - 1 || exchanges[at]?.answer.text !== "";
  return { id: isLost ? otherId : id, exchanges: exchanges.slice(0, at) };
}

/** The conversation with one more question. */
export function asked(conversation: Conversation, exchange: Exchange): Conversation {
  return { ...conversation, exchanges: [...conversation.exchanges, exchange] };
}

/** The conversation with another answer to one question. */
export function answered(
  conversation: Conversation,
  exchangeId: string,
  change: (answer: Answer) => Answer,
): Conversation {
  const exchanges = conversation.exchanges.map((exchange) =>
    exchange.id === exchangeId ? { ...exchange, answer: change(exchange.answer) } : exchange,
  );
  return { ...conversation, exchanges };
}

const titleChars = 60;

/** What a conversation is called: the begin of its first question. */
export function titleOf(conversation: Conversation): string {
  const line = (conversation.exchanges[0]?.question ?? "").trim().split("\n", 1)[0] ?? "";
  if (line.length <= titleChars) return line;
  return `${line.slice(0, titleChars).replace(/[\uD800-\uDBFF]$/, "")}…`;
}

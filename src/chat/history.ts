import * as z from "zod/mini";
import { type Conversation, conversationSchema, type Exchange } from "./conversation.ts";

/** The editor keeps it in memory and writes all of it at each change. */
const limits = { conversations: 30, conversationChars: 1_000_000, totalChars: 2_000_000 };
/** A question that is asked again and again leaves a conversation for each answer: beside the first so many are kept. */
const maxRepeats = 5;

/** Where a history is kept: one value that is written as JSON. */
export interface HistoryStore {
  read(): unknown;
  write(value: unknown): void;
}

/**
 * The conversations of a workspace, the newest first. What a broken store has is left out. What is more than the limits
 * is forgotten: of a conversation what its oldest questions had attached, of those that a question asked again has
 * left all but some, of all the oldest ones.
 */
export class ChatHistory {
  readonly #store: HistoryStore;
  #conversations: readonly Conversation[];

  constructor(store: HistoryStore) {
    this.#store = store;
    const list = z.safeParse(z.array(z.unknown()), store.read());
    this.#conversations = (list.data ?? []).flatMap((value) => {
      const parsed = z.safeParse(conversationSchema, value);
      return parsed.success ? [ended(parsed.data)] : [];
    });
  }

  get conversations(): readonly Conversation[] {
    return this.#conversations;
  }

  /** Puts a conversation first, in the place of an older state of it; an empty one is not kept. */
  keep(conversation: Conversation): void {
    if (conversation.exchanges.length === 0) return;
    const others = this.#conversations.filter(({ id }) => id !== conversation.id);
    this.#write(fitting(withFewRepeats([lightened(conversation), ...others])));
  }

  forget(conversationId: string): void {
    this.#write(this.#conversations.filter(({ id }) => id !== conversationId));
  }

  #write(conversations: readonly Conversation[]): void {
    this.#conversations = conversations;
    this.#store.write(conversations);
  }
}

/** No answer comes any more to what was kept in the middle of one: its window is gone. */
function ended(conversation: Conversation): Conversation {
  const exchanges = conversation.exchanges.map((exchange) => {
    const { answer } = exchange;
    return answer.state === "coming"
      ? { ...exchange, answer: { ...answer, state: "stopped" as const } }
      : exchange;
  });
  return { ...conversation, exchanges };
}

/** A conversation without the attachments of its oldest questions, as far as it is too large. All that was said stays. */
function lightened(conversation: Conversation): Conversation {
  let excessChars = sizeChars(conversation) - limits.conversationChars;
  const exchanges = conversation.exchanges.map((exchange) => {
    if (excessChars <= 0) return exchange;
    excessChars -= attachedChars(exchange);
    return { ...exchange, attachments: [] };
  });
  return { ...conversation, exchanges };
}

/** Of those that end with the first one's question, asked again, the newest. */
function withFewRepeats(conversations: readonly Conversation[]): readonly Conversation[] {
  const repeated = conversations.map(({ exchanges }) => exchanges.at(-1)?.repeats);
  if (repeated[0] === undefined) return conversations;
  let count = 0;
  return conversations.filter((_, at) => repeated[at] !== repeated[0] || ++count <= maxRepeats);
}

/** The first ones, as far as the limits go; the very first in any case, and it leaves room for others. */
function fitting(conversations: readonly Conversation[]): readonly Conversation[] {
  let count = 0;
  let chars = 0;
  return conversations.filter((conversation, at) => {
    const size = sizeChars(conversation);
    const counted = at === 0 ? Math.min(size, limits.conversationChars) : size;
    if (count === limits.conversations || chars + counted > limits.totalChars) return false;
    count++;
    chars += counted;
    return true;
  });
}

const sizeChars = ({ exchanges }: Conversation): number =>
  exchanges
    .map((each) => each.question.length + each.answer.text.length + attachedChars(each))
    .reduce((sum, size) => sum + size, 0);

const attachedChars = ({ attachments }: Exchange): number =>
  attachments.reduce((sum, { text }) => sum + text.length, 0);

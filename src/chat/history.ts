import * as z from "zod/mini";
import { type Conversation, conversationSchema } from "./conversation.ts";

/** The editor keeps it in memory and writes all of it at each change. */
const limits = { conversations: 30, totalChars: 2_000_000 };

/** Where a history is kept: one value that is written as JSON. */
export interface HistoryStore {
  read(): unknown;
  write(value: unknown): void;
}

/**
 * The conversations of a workspace, the newest first. What a broken store has is left out. What is more than the limits
 * is forgotten, the oldest first.
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
    this.#write(fitting([conversation, ...others]));
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

/** The first ones, as far as the limits go; the very first in any case. */
function fitting(conversations: readonly Conversation[]): readonly Conversation[] {
  let chars = 0;
  const isKept = (conversation: Conversation, at: number): boolean => {
    chars += sizeChars(conversation);
    return at === 0 || (at < limits.conversations && chars <= limits.totalChars);
  };
  return conversations.filter(isKept);
}

function sizeChars({ exchanges }: Conversation): number {
  const sizes = exchanges.map(({ question, attachments, answer }) =>
    attachments.reduce((sum, { text }) => sum + text.length, question.length + answer.text.length),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

import type { Attachment, Conversation, Exchange } from "./conversation.ts";

/** What one side has said in the editor's own chat, or in another extension's. */
export interface HostTurn {
  readonly role: "user" | "assistant";
  readonly text: string;
  /** What goes with a question. */
  readonly attachments?: readonly Attachment[];
}

/**
 * Such a chat as a conversation. There each side may speak twice in a row, or without any text (a failed answer, an image):
 * here a turn without text is none, and an answer goes to the question before it. Undefined where the last turn is none:
 * there is nothing to answer.
 */
export function hostConversation(id: string, turns: readonly HostTurn[]): Conversation | undefined {
  const last = turns.at(-1);
  if (!last || isSilent(last)) return undefined;
  const exchanges: Exchange[] = [];
  for (const turn of turns) {
    if (isSilent(turn)) continue;
    const asked = turn.role === "user" ? exchangeOf(turn, `${exchanges.length}`) : exchanges.pop();
    if (asked) exchanges.push(turn.role === "user" ? asked : withMore(asked, turn.text));
  }
  return exchanges.length === 0 ? undefined : { id, exchanges };
}

const isSilent = ({ text, attachments = [] }: HostTurn): boolean =>
  text.trim() === "" && attachments.length === 0;

const exchangeOf = ({ text, attachments = [] }: HostTurn, id: string): Exchange => ({
  id,
  question: text,
  attachments: [...attachments],
  answer: { text: "", state: "whole", marks: [] },
});

function withMore(exchange: Exchange, text: string): Exchange {
  const said = [exchange.answer.text, text].filter((each) => each !== "").join("\n\n");
  return { ...exchange, answer: { ...exchange.answer, text: said } };
}

import type { EndPiece } from "../wire/messages.ts";
import type { ChatSource } from "./source.ts";

/** Told of chats. */
export interface ChatCounter {
  /** A question is about to be asked. */
  readonly began: () => void;
  /** An answer has come to its end. */
  readonly ended: (end: EndPiece) => void;
}

/** A source of chats that tells when a question is asked and what its answer took. */
export function countedChat(source: ChatSource, { began, ended }: ChatCounter): ChatSource {
  return async function* (question, signal) {
    began();
    for await (const piece of source(question, signal)) {
      if (piece.kind === "end") ended(piece);
      yield piece;
    }
  };
}

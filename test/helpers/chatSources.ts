import { onAbort } from "../../src/base/abort.ts";
import type { ChatAnswer } from "../../src/link/chatRun.ts";
import type { Piece } from "../../src/wire/messages.ts";
import { fakeEnd, textPiece } from "./fakeSource.ts";

/** One answer that a test watches. */
export interface WatchedAnswer {
  readonly question: string;
  readonly signal: AbortSignal;
  /** Pieces of text that were asked for. */
  pulled: number;
  /** Whether it was read to its end, or closed. */
  isClosed: boolean;
}

export type ChatEnd = "end" | "cut" | "hang" | "fail";

/** A chat that answers each question with the texts it is given for it, as fast as it is read. */
export class ChatScript {
  readonly answers: WatchedAnswer[] = [];
  readonly #textsOf: (question: string) => Iterable<string>;
  readonly #last: ChatEnd;

  /** `last`: what comes after the texts: an end, one that says that the answer is not whole, nothing until it is aborted, or a failure. */
  constructor(textsOf: (question: string) => Iterable<string>, last: ChatEnd = "end") {
    this.#textsOf = textsOf;
    this.#last = last;
  }

  readonly answer: ChatAnswer = (question, signal) => {
    const watched: WatchedAnswer = { question, signal, pulled: 0, isClosed: false };
    this.answers.push(watched);
    return this.#pieces(watched);
  };

  get last(): WatchedAnswer {
    const answer = this.answers.at(-1);
    if (!answer) throw new Error("nothing was asked");
    return answer;
  }

  async *#pieces(watched: WatchedAnswer): AsyncGenerator<Piece> {
    const { question, signal } = watched;
    try {
      for (const text of this.#textsOf(question)) {
        signal.throwIfAborted();
        watched.pulled++;
        yield textPiece(text);
        await Promise.resolve();
      }
      if (this.#last === "fail") throw new Error("the model broke off");
      if (this.#last === "hang") await aborted(signal);
      yield { ...fakeEnd, ...(this.#last === "cut" && { cut: "limit" }) };
    } finally {
      watched.isClosed = true;
    }
  }
}

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    onAbort(signal, () => {
      reject(signal.reason as Error);
    });
  });

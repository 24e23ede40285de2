import type { Clock } from "../base/clock.ts";
import { Failure } from "../base/failure.ts";
import type { Disposable } from "../base/disposable.ts";
import { chatFrameBytes, maxTextChars, streamCreditBytes, unreadChatMs } from "../wire/limits.ts";
import type { EndPiece, Piece, ResumedChat } from "../wire/messages.ts";
import type { StreamOutcome } from "./answer.ts";
import { KeptText } from "./keptText.ts";

/** Answers one question: pieces as they come, the last one an `end`; the signal fires on cancel or final loss. */
export type ChatAnswer = (question: string, signal: AbortSignal) => AsyncIterable<Piece>;

/** The one last word of a chat. */
export type ChatLast =
  EndPiece | { readonly kind: "failed"; readonly code: Failure["code"]; readonly detail: string };

/** What is to be sent of a chat. */
export type ChatFrame = { readonly kind: "text"; readonly text: string } | ChatLast;

/** What a chat is made of. */
export interface ChatRunParts {
  readonly clock: Clock;
  readonly answer: ChatAnswer;
  readonly question: string;
  /** Whether the source may be read further with so much kept; asked again after `proceed`. */
  readonly hasRoom: (keptBytes: number) => boolean;
  /** There may be more to send. */
  readonly onNews: () => void;
  /** Called once. */
  readonly onOutcome: (outcome: StreamOutcome) => void;
}

/**
 * One chat at the gateway. It reads its source whether or not a client is there, and keeps what the client has not
 * confirmed, so that another connection can go on with it. Owned by its session.
 */
export class ChatRun implements Disposable {
  readonly #parts: ChatRunParts;
  readonly #abort = new AbortController();
  readonly #text = new KeptText();
  #sentTo = 0;
  /** Up to here the client's reader has taken the text. */
  #takenTo = 0;
  #last: ChatLast | undefined;
  #isLastSent = false;
  #wake: (() => void) | undefined;

  constructor(parts: ChatRunParts) {
    this.#parts = parts;
    void this.#run();
  }

  get keptBytes(): number {
    return this.#text.sizeBytes;
  }

  /** Whether the last word was sent. It may still have to be sent again. */
  get isLastSent(): boolean {
    return this.#isLastSent;
  }

  /** The next thing to send, if there is one that the client has room for. Whoever takes it sends it. */
  next(): ChatFrame | undefined {
    const creditBytes = this.#takenTo + streamCreditBytes - this.#sentTo;
    const { text, sizeBytes } = this.#text.read(
      this.#sentTo,
      Math.min(chatFrameBytes, creditBytes),
    );
    if (sizeBytes > 0) {
      this.#sentTo += sizeBytes;
      return { kind: "text", text };
    }
    if (!this.#last || this.#isLastSent || this.#sentTo < this.#text.to) return undefined;
    this.#isLastSent = true;
    return this.#last;
  }

  /** The client's reader has taken so much more. */
  grant(sizeBytes: number): void {
    this.#takenTo = Math.min(this.#sentTo, this.#takenTo + sizeBytes);
    this.#text.release(this.#takenTo);
    this.proceed();
  }

  /** Goes back to what a client says it has; false where that cannot be. */
  resume({ receivedBytes, takenBytes }: ResumedChat): boolean {
    const unreadBytes = receivedBytes - takenBytes;
    if (unreadBytes < 0 || unreadBytes > streamCreditBytes) return false;
    if (!this.#text.has(receivedBytes)) return false;
    this.#text.release(receivedBytes);
    this.#sentTo = receivedBytes;
    this.#takenTo = takenBytes;
    this.#isLastSent = false;
    this.proceed();
    return true;
  }

  /** There may be room again. */
  proceed(): void {
    this.#wake?.();
  }

  /** Stops the work, upstream too. Nothing is told but the outcome. */
  dispose(): void {
    if (!this.#last) this.#parts.onOutcome("cancelled");
    this.#last ??= { kind: "failed", code: "link-lost", detail: "" };
    this.#abort.abort(new Failure("link-lost", "the client is gone or has cancelled"));
    this.proceed();
  }

  async #run(): Promise<void> {
    let last: ChatLast = { kind: "failed", code: "internal", detail: "the gateway gave no answer" };
    try {
      const { answer, question } = this.#parts;
      for await (const piece of answer(question, this.#abort.signal)) {
        if (this.#abort.signal.aborted) return;
        if (piece.kind === "end") {
          last = piece;
          break;
        }
        this.#keep(piece.text);
        await this.#room();
      }
    } catch (error) {
      const { code, message } = Failure.from(error);
      last = { kind: "failed", code, detail: message };
    }
    if (this.#last) return; // disposed meanwhile
    this.#text.finish();
    this.#last = last;
    this.#parts.onOutcome(last.kind);
    this.#parts.onNews();
  }

  #keep(text: string): void {
    if (text.length > maxTextChars) {
      throw new Failure("too-large", "the model sent too much text at once");
    }
    this.#text.append(text);
    this.#parts.onNews();
  }

  /** Throws where nothing makes room for so long: till then the answer has a place at the model that others wait for. */
  async #room(): Promise<void> {
    const { clock, hasRoom } = this.#parts;
    while (!this.#abort.signal.aborted && !hasRoom(this.keptBytes)) {
      const { promise, resolve, reject } = Promise.withResolvers<undefined>();
      this.#wake = () => {
        resolve(undefined);
      };
      const timer = clock.after(unreadChatMs, () => {
        const seconds = unreadChatMs / 1_000;
        reject(new Failure("unread", `nothing of the answer was read for ${seconds} s`));
      });
      try {
        await promise;
      } finally {
        timer.dispose();
      }
    }
  }
}

import type { Disposable } from "../base/disposable.ts";
import { Emitter } from "../base/emitter.ts";
import { Failure } from "../base/failure.ts";
import {
  type Answer,
  answered,
  asked,
  type Attachment,
  before,
  type Conversation,
  type Exchange,
  type Mark,
} from "./conversation.ts";
import { buildQuestion, isTold } from "./question.ts";
import type { ChatSource } from "./source.ts";

/** What a session is made of. */
export interface SessionParts {
  readonly source: ChatSource;
  /** What holds for every conversation, said to the model. */
  readonly instructions: string;
  /** Whether an attachment may be sent now; asked before each question, about all of the conversation. */
  readonly maySend: (attachment: Attachment) => Promise<boolean>;
  /** A failure in words people read. */
  readonly sentenceOf: (failure: Failure) => string;
  readonly newId: () => string;
}

/** What has changed. A `text` was added to the answer that is coming; all else is to be read anew. */
export type SessionChange =
  | { readonly kind: "conversation" }
  | { readonly kind: "text"; readonly exchangeId: string; readonly text: string }
  | { readonly kind: "answer"; readonly exchange: Exchange };

const nothing: Answer = { text: "", state: "coming", marks: [] };

/** The conversation in front, with at most one answer coming at a time. Its owner disposes it, which stops that. */
export class ChatSession implements Disposable {
  readonly #parts: SessionParts;
  readonly #changes = new Emitter<SessionChange>();
  #conversation: Conversation;
  #running: { readonly abort: AbortController; readonly exchangeId: string } | undefined;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.#conversation = { id: parts.newId(), exchanges: [] };
  }

  readonly onChange = this.#changes.on;

  get conversation(): Conversation {
    return this.#conversation;
  }

  /** Asks, stopping what is coming. Ends with the answer, however that ends; never rejects. */
  async ask(question: string, attachments: readonly Attachment[]): Promise<void> {
    await this.#ask({ question, attachments: [...attachments] });
  }

  async #ask(asking: Pick<Exchange, "question" | "attachments" | "repeats">): Promise<void> {
    this.stop();
    const exchange = { ...asking, id: this.#parts.newId(), answer: nothing };
    this.#set(asked(this.#conversation, exchange));
    const running = { abort: new AbortController(), exchangeId: exchange.id };
    this.#running = running;
    const end = (change: Partial<Answer>) => {
      if (this.#running !== running) return; // it was stopped, which has been told
      this.#running = undefined;
      this.#answer(exchange.id, change);
    };
    try {
      await this.#read(exchange.id, running.abort.signal);
      end({ state: "whole" });
    } catch (error) {
      end({ state: "failed", problem: this.#parts.sentenceOf(Failure.from(error)) });
    }
  }

  /** Asks a question once more, as `edit` does another one. */
  async askAgain(exchangeId: string): Promise<void> {
    const exchange = this.#exchange(exchangeId);
    if (!exchange) return;
    this.#leave(exchangeId);
    const { id, question, attachments, repeats = id } = exchange;
    await this.#ask({ question, attachments, repeats });
  }

  /**
   * Asks another question in the place of one. That and what came after it are left, in the conversation as it was: where
   * an answer would be lost, this goes on as another one.
   */
  async edit(
    exchangeId: string,
    question: string,
    attachments: readonly Attachment[],
  ): Promise<void> {
    this.#leave(exchangeId);
    await this.ask(question, attachments);
  }

  #leave(exchangeId: string): void {
    this.stop();
    this.#conversation = before(this.#conversation, exchangeId, this.#parts.newId());
  }

  /** Keeps what has come of the answer; the model is told to stop in this turn. */
  stop(): void {
    const running = this.#running;
    if (!running) return;
    this.#running = undefined;
    running.abort.abort(new Failure("superseded", "stopped"));
    this.#answer(running.exchangeId, { state: "stopped" });
  }

  /** The answer is wrong: it is marked, and told to no model again. */
  retract(exchangeId: string): void {
    this.#mark(exchangeId, "retracted");
  }

  /** Goes on with another conversation, or begins a new one. */
  open(conversation: Conversation = { id: this.#parts.newId(), exchanges: [] }): void {
    this.stop();
    this.#set(conversation);
  }

  dispose(): void {
    this.stop();
    this.#changes.dispose();
  }

  async #read(exchangeId: string, signal: AbortSignal): Promise<void> {
    const { conversation, isWithheld } = await this.#sendable();
    signal.throwIfAborted();
    const { json, isShortened } = buildQuestion(conversation, this.#parts.instructions);
    if (isShortened) this.#mark(exchangeId, "shortened");
    if (isWithheld) this.#mark(exchangeId, "withheld");
    for await (const piece of this.#parts.source(json, signal)) {
      signal.throwIfAborted();
      if (piece.kind === "text") this.#add(exchangeId, piece.text);
      else if (piece.cut) this.#mark(exchangeId, "cut");
    }
  }

  /** What may be told: the conversation without what may not be sent any more, since rules change, and whether there is such. */
  async #sendable(): Promise<{ conversation: Conversation; isWithheld: boolean }> {
    const { maySend } = this.#parts;
    const allowed = async (exchange: Exchange): Promise<Exchange> => {
      const verdicts = await Promise.all(exchange.attachments.map(maySend));
      return { ...exchange, attachments: exchange.attachments.filter((_, at) => verdicts[at]) };
    };
    const told = this.#conversation.exchanges.filter(isTold);
    const exchanges = await Promise.all(told.map(allowed));
    const isWithheld = exchanges.some(
      ({ attachments }, at) => attachments.length < (told[at]?.attachments.length ?? 0),
    );
    return { conversation: { ...this.#conversation, exchanges }, isWithheld };
  }

  #mark(exchangeId: string, mark: Mark): void {
    const marks = this.#exchange(exchangeId)?.answer.marks;
    if (marks && !marks.includes(mark)) this.#answer(exchangeId, { marks: [...marks, mark] });
  }

  #exchange(exchangeId: string): Exchange | undefined {
    return this.#conversation.exchanges.find(({ id }) => id === exchangeId);
  }

  #set(conversation: Conversation): void {
    this.#conversation = conversation;
    this.#changes.fire({ kind: "conversation" });
  }

  #add(exchangeId: string, text: string): void {
    this.#conversation = answered(this.#conversation, exchangeId, (answer) => ({
      ...answer,
      text: answer.text + text,
    }));
    this.#changes.fire({ kind: "text", exchangeId, text });
  }

  #answer(exchangeId: string, change: Partial<Answer>): void {
    this.#conversation = answered(this.#conversation, exchangeId, (answer) => ({
      ...answer,
      ...change,
    }));
    const exchange = this.#exchange(exchangeId); // gone where another conversation was opened
    if (exchange) this.#changes.fire({ kind: "answer", exchange });
  }
}

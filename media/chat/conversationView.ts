/// <reference lib="dom" />
import type { ShownExchange } from "../../src/chat/viewMessages.ts";
import { AnswerView } from "./answerView.ts";
import type { CodeBlockParts } from "./codeBlock.ts";
import { button, element } from "./dom.ts";

/** What the conversation needs of the page. */
export interface ConversationParts extends CodeBlockParts {
  readonly edit: (exchangeId: string, question: string) => void;
}

interface Shown {
  readonly exchange: ShownExchange;
  readonly answer: AnswerView;
  readonly node: HTMLElement;
}

/** Near enough to the end to be taken there while text comes. */
const nearEndPx = 40;

/** The questions and answers, scrolled along with what comes for who is at the end. */
export class ConversationView {
  readonly node: HTMLElement;
  readonly #parts: ConversationParts;
  readonly #empty: HTMLElement;
  #shown: readonly Shown[] = [];

  constructor(parts: ConversationParts) {
    this.#parts = parts;
    const { texts } = parts;
    this.#empty = element("p", { class: "empty" }, texts.empty);
    // Who reads by the keyboard scrolls it.
    this.node = element("main", { tabindex: "0", "aria-label": texts.conversation });
  }

  /** Shows a conversation in the place of the one before. What both begin with stays as it is. */
  show(exchanges: readonly ShownExchange[]): void {
    const differsAt = exchanges.findIndex((exchange, at) => !isOf(this.#shown[at], exchange));
    const kept = this.#shown.slice(0, differsAt < 0 ? exchanges.length : differsAt);
    for (const { node } of this.#shown.slice(kept.length)) node.remove();
    const added = exchanges.slice(kept.length).map((exchange) => this.#exchange(exchange));
    this.#shown = [...kept, ...added];
    this.node.append(...added.map(({ node }) => node));
    if (this.#shown.length === 0) this.node.replaceChildren(this.#empty);
    else this.#empty.remove();
    this.node.scrollTop = this.node.scrollHeight;
  }

  add(exchangeId: string, text: string): void {
    this.#answerTo(exchangeId)?.add(text);
  }

  set({ id, answer }: ShownExchange): void {
    this.#answerTo(id)?.set(answer);
  }

  #answerTo(exchangeId: string): AnswerView | undefined {
    return this.#shown.find(({ exchange }) => exchange.id === exchangeId)?.answer;
  }

  #exchange(exchange: ShownExchange): Shown {
    const parts = { ...this.#parts, keepScrolled: this.#keepScrolled };
    const answer = new AnswerView(exchange, parts);
    return {
      exchange,
      answer,
      node: element("article", {}, this.#question(exchange), answer.node),
    };
  }

  #question({ id, question, attachments }: ShownExchange): HTMLElement {
    const { texts, edit } = this.#parts;
    const change = button(texts.edit, () => {
      edit(id, question);
    });
    const chips = attachments.map((label) => element("li", { class: "chip" }, label));
    return element(
      "div",
      { class: "question" },
      element("h2", { class: "speaker" }, texts.you),
      element("p", {}, question),
      ...(chips.length === 0 ? [] : [element("ul", { class: "chips" }, ...chips)]),
      element("div", { class: "actions" }, change),
    );
  }

  readonly #keepScrolled = (change: () => void): void => {
    const { scrollHeight, scrollTop, clientHeight } = this.node;
    const isAtEnd = scrollHeight - scrollTop - clientHeight < nearEndPx;
    change();
    if (isAtEnd) this.node.scrollTop = this.node.scrollHeight;
  };
}

/** Whether this is what is shown, to its last word: an answer changes while it comes. */
function isOf(shown: Shown | undefined, exchange: ShownExchange): boolean {
  if (shown?.exchange.id !== exchange.id || !shown.answer.is(exchange.answer)) return false;
  const { question, attachments } = shown.exchange;
  return question === exchange.question && attachments.join() === exchange.attachments.join();
}

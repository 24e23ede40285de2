/// <reference lib="dom" />
import type { ShownExchange } from "../../src/chat/viewMessages.ts";
import { AnswerView } from "./answerView.ts";
import type { CodeBlockParts } from "./codeBlock.ts";
import { button, element } from "./dom.ts";

/** What the conversation needs of the page. */
export interface ConversationParts extends CodeBlockParts {
  readonly edit: (exchangeId: string, question: string) => void;
}

/** Near enough to the end to be taken there while text comes. */
const nearEndPx = 40;

/** The questions and answers, scrolled along with what comes for who is at the end. */
export class ConversationView {
  readonly node: HTMLElement;
  readonly #parts: ConversationParts;
  readonly #empty: HTMLElement;
  #answers = new Map<string, AnswerView>();

  constructor(parts: ConversationParts) {
    this.#parts = parts;
    const { texts } = parts;
    this.#empty = element("p", { class: "empty" }, texts.empty);
    // Who reads by the keyboard scrolls it.
    this.node = element("main", { tabindex: "0", "aria-label": texts.conversation });
  }

  /** Shows a conversation in the place of the one before. */
  show(exchanges: readonly ShownExchange[]): void {
    const answers = exchanges.map((exchange) => {
      const view = new AnswerView(exchange, { ...this.#parts, keepScrolled: this.#keepScrolled });
      return [exchange.id, view] as const;
    });
    this.#answers = new Map(answers);
    const nodes = exchanges.map((exchange, at) =>
      element("article", {}, this.#question(exchange), answers[at]?.[1].node ?? ""),
    );
    this.node.replaceChildren(...(nodes.length === 0 ? [this.#empty] : nodes));
    this.node.scrollTop = this.node.scrollHeight;
  }

  add(exchangeId: string, text: string): void {
    this.#answers.get(exchangeId)?.add(text);
  }

  set({ id, answer }: ShownExchange): void {
    this.#answers.get(id)?.set(answer);
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

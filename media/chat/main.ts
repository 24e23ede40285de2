/// <reference lib="dom" />
/**
 * The script of the chat's view: shows what the extension says, and tells it what a person wants. It keeps nothing but the
 * draft of a question, with which one it takes the place of.
 */
import * as z from "zod/mini";
import {
  type FromView,
  parseToView,
  type Readiness,
  type ShownExchange,
  type ToView,
  type ViewTexts,
} from "../../src/chat/viewMessages.ts";
import { Composer } from "./composer.ts";
import { ConversationView } from "./conversationView.ts";
import { button, element } from "./dom.ts";
import { parseDraft } from "./draft.ts";

/** Given by the editor. */
declare function acquireVsCodeApi(): {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
};

z.config({ jitless: true }); // the page's policy lets no text become code

const host = acquireVsCodeApi();
const texts = JSON.parse(document.body.dataset["texts"] ?? "{}") as ViewTexts; // made by the extension with the page
const post = (message: FromView): void => {
  host.postMessage(message);
};
const composer = new Composer({
  texts,
  post,
  draft: parseDraft(host.getState()),
  keepDraft: (draft) => {
    host.setState(draft);
  },
});
const conversation = new ConversationView({
  texts,
  post,
  edit: (exchangeId, question) => {
    composer.edit(exchangeId, question);
  },
});
const notice = element("div", { class: "notice", role: "status", hidden: "" });
const spoken = element("div", { class: "spoken", "aria-live": "polite" });
document.body.append(conversation.node, notice, composer.node, spoken);

/** Of an answer that is complete this much is read out; the rest is in the conversation. */
const spokenChars = 500;
let comingId: string | undefined;

function answerIs({ id, answer }: ShownExchange): void {
  if (answer.state === "coming") {
    if (comingId !== id) spoken.textContent = texts.answering;
    comingId = id;
  } else if (comingId === id) {
    comingId = undefined;
    const end = { whole: texts.answered, stopped: texts.stopped, failed: texts.failed }[
      answer.state
    ];
    spoken.textContent = `${end}. ${answer.problem ?? answer.text.slice(0, spokenChars)}`;
  }
  composer.setAnswering(comingId !== undefined);
}

function showReadiness(readiness: Readiness, model: string): void {
  const setUp = button(texts.setUp, () => {
    post({ type: "setUp" });
  });
  const parts = {
    ready: [],
    connecting: [texts.connecting],
    "no-model": [element("p", {}, texts.noModel), setUp],
  }[readiness];
  notice.replaceChildren(...parts);
  notice.hidden = parts.length === 0;
  composer.node.title = model;
}

/** Shows another conversation, or the same with another question; what has the keyboard may be gone with the one before. */
function showConversation(exchanges: readonly ShownExchange[]): void {
  const hadFocus = document.activeElement;
  conversation.show(exchanges);
  if (hadFocus?.isConnected === false && document.hasFocus()) composer.focus();
  composer.shows(exchanges.map(({ id }) => id));
  comingId = undefined;
  composer.setAnswering(false);
  for (const exchange of exchanges) if (exchange.answer.state === "coming") answerIs(exchange);
}

function heard(message: ToView): void {
  switch (message.type) {
    case "conversation":
      showConversation(message.exchanges);
      return;
    case "text":
      conversation.add(message.exchangeId, message.text);
      return;
    case "answer":
      conversation.set(message.exchange);
      answerIs(message.exchange);
      return;
    case "chips":
      composer.setChips(message.chips);
      return;
    case "readiness":
      showReadiness(message.readiness, message.model);
      return;
    case "focus":
      composer.focus();
  }
}

addEventListener("message", (event: MessageEvent<unknown>) => {
  const message = parseToView(event.data);
  if (message) heard(message);
});
post({ type: "ready" });

/// <reference lib="dom" />
import type { ShownExchange } from "../../src/chat/viewMessages.ts";
import type { CodeBlockParts } from "./codeBlock.ts";
import { button, element } from "./dom.ts";
import { shownAfter } from "./smoothText.ts";
import { StreamedMarkdown } from "./streamedMarkdown.ts";

type Answer = ShownExchange["answer"];

/** What an answer needs of the page. */
export interface AnswerParts extends CodeBlockParts {
  /** Called before and after what changes the height. */
  readonly keepScrolled: (change: () => void) => void;
}

const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");

/** One answer: its text, what is special about it, and what can be done with it. */
export class AnswerView {
  readonly node: HTMLElement;
  readonly #parts: AnswerParts;
  readonly #markdown: StreamedMarkdown;
  readonly #notes = element("div", { class: "notes" });
  readonly #again: HTMLButtonElement;
  readonly #bad: HTMLButtonElement;
  readonly #actions = element("div", { class: "actions", hidden: "" });
  #answer: Answer = { text: "", state: "coming", marks: [] };
  #shownChars = 0;
  #frame: number | undefined;
  #drawnAt = 0;
  /** Drawing takes at most a quarter of the time. */
  #restUntil = 0;

  constructor(exchange: ShownExchange, parts: AnswerParts) {
    this.#parts = parts;
    const { texts, post } = parts;
    const exchangeId = exchange.id;
    this.#again = button(texts.askAgain, () => {
      post({ type: "askAgain", exchangeId });
    });
    this.#bad = button(texts.badAnswer, () => {
      post({ type: "retract", exchangeId });
    });
    this.#actions.append(this.#again, this.#bad);
    const text = element("div", { class: "text" });
    this.#markdown = new StreamedMarkdown(text, parts);
    const heading = element("h2", { class: "speaker" }, texts.answer);
    this.node = element("div", { class: "answer" }, heading, text, this.#notes, this.#actions);
    this.#answer = exchange.answer;
    this.#shownChars = exchange.answer.text.length;
    this.#draw();
  }

  /** Whether this is the answer that is shown, or will be with the next frames. */
  is(answer: Answer): boolean {
    return JSON.stringify(this.#answer) === JSON.stringify(answer);
  }

  /** Text has come. */
  add(text: string): void {
    this.#answer = { ...this.#answer, text: this.#answer.text + text };
    this.#drawSoon();
  }

  /** It has another state. What has come of it before it ended is shown at once when somebody stopped it. */
  set(answer: Answer): void {
    this.#answer = answer;
    if (answer.state === "stopped") this.#shownChars = answer.text.length;
    this.#drawSoon();
  }

  #drawSoon(): void {
    if (this.#frame !== undefined) return;
    this.#drawnAt = performance.now();
    this.#frame = requestAnimationFrame(this.#nextFrame);
  }

  readonly #nextFrame = (): void => {
    this.#frame = undefined;
    const now = performance.now();
    if (now >= this.#restUntil) {
      const { text } = this.#answer;
      const elapsedMs = now - this.#drawnAt;
      this.#drawnAt = now;
      this.#shownChars = reducedMotion.matches
        ? text.length
        : shownAfter(text, this.#shownChars, elapsedMs);
      this.#parts.keepScrolled(() => {
        this.#draw();
      });
      this.#rest(now);
    }
    if (this.#shownChars < this.#answer.text.length || now < this.#restUntil) {
      this.#frame ??= requestAnimationFrame(this.#nextFrame);
    }
  };

  /** Scripts and layout of a large block take longer than a frame: three times that is left to everything else. */
  #rest(startedAt: number): void {
    requestAnimationFrame(() => {
      const tookMs = performance.now() - startedAt;
      this.#restUntil = tookMs > 34 ? performance.now() + 3 * tookMs : 0;
    });
  }

  #draw(): void {
    const { text, state } = this.#answer;
    const isWhole = state !== "coming" && this.#shownChars >= text.length;
    if (isWhole) this.#markdown.finish(text);
    else this.#markdown.show(text.slice(0, this.#shownChars));
    this.node.classList.toggle("coming", !isWhole);
    this.node.classList.toggle("retracted", this.#answer.marks.includes("retracted"));
    this.#drawNotes();
    if (isWhole) this.#drawActions();
  }

  #drawNotes(): void {
    const { texts } = this.#parts;
    const { marks, state, problem } = this.#answer;
    const notes = [
      ...marks.map((mark) => element("span", { class: "mark" }, texts[mark])),
      ...(state === "stopped" ? [element("span", { class: "mark" }, texts.stopped)] : []),
      ...(problem === undefined ? [] : [element("p", { class: "problem" }, problem)]),
    ];
    const isSame =
      notes.map((note) => note.textContent).join() ===
      [...this.#notes.children].map((note) => note.textContent).join();
    if (!isSame) this.#notes.replaceChildren(...notes);
  }

  /** The buttons stay, for one of them may have the keyboard; one that goes hands it on. */
  #drawActions(): void {
    const { texts } = this.#parts;
    const { text, marks } = this.#answer;
    const again = marks.includes("cached") ? texts.askAfresh : texts.askAgain;
    if (this.#again.textContent !== again) this.#again.textContent = again;
    const mayBeBad = text !== "" && !marks.includes("retracted");
    if (!mayBeBad && document.activeElement === this.#bad) this.#again.focus();
    this.#bad.hidden = !mayBeBad;
    this.#actions.hidden = false;
  }
}

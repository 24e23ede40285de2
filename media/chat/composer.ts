/// <reference lib="dom" />
import type { FromView, ToView, ViewTexts } from "../../src/chat/viewMessages.ts";
import { button, element, filled } from "./dom.ts";
import type { Draft } from "./draft.ts";

/** What the composer needs of the page. */
export interface ComposerParts {
  readonly texts: ViewTexts;
  readonly post: (message: FromView) => void;
  /** As the page before left it. */
  readonly draft: Draft;
  readonly keepDraft: (draft: Draft) => void;
}

type Chip = Extract<ToView, { type: "chips" }>["chips"][number];

/** Where a question is written, with what goes with it. */
export class Composer {
  readonly node: HTMLFormElement;
  readonly #parts: ComposerParts;
  readonly #text: HTMLTextAreaElement;
  readonly #chips = element("ul", { class: "chips" });
  readonly #editing = element("div", { class: "editing" });
  readonly #send: HTMLButtonElement;
  readonly #stop: HTMLButtonElement;
  #edited: Draft["edited"];
  /** The page before has begun the edit. The extension has forgotten it with that page. */
  #isEditOfBefore: boolean;
  #isAnswering = false;

  constructor(parts: ComposerParts) {
    this.#parts = parts;
    const { texts, post } = parts;
    this.#text = element("textarea", {
      rows: "2",
      placeholder: texts.placeholder,
      "aria-label": texts.placeholder,
    });
    this.#text.value = parts.draft.text;
    this.#edited = parts.draft.edited;
    this.#isEditOfBefore = this.#edited !== undefined;
    this.#editing.hidden = !this.#isEditOfBefore;
    this.#send = element("button", { type: "submit", class: "primary" }, texts.send);
    this.#stop = button(
      texts.stop,
      () => {
        post({ type: "stop" });
      },
      "primary",
    );
    const attach = button(texts.attach, () => {
      post({ type: "attach" });
    });
    const cancel = button(texts.cancelEdit, () => {
      this.#cancelEdit();
    });
    this.#editing.append(element("span", {}, texts.editing), cancel);
    const buttons = element("div", { class: "buttons" }, attach, this.#send, this.#stop);
    this.node = element(
      "form",
      { class: "composer" },
      this.#editing,
      this.#chips,
      this.#text,
      buttons,
    );
    this.node.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#text.addEventListener("keydown", this.#pressed);
    this.#text.addEventListener("input", this.#keep);
    this.setAnswering(false);
  }

  focus(): void {
    this.#text.focus();
  }

  /** Writes a question that was asked anew; the chips become what it had, too. The draft is put aside. */
  edit(exchangeId: string, question: string): void {
    this.#edited = { exchangeId, aside: this.#edited?.aside ?? this.#text.value };
    this.#parts.post({ type: "edit", exchangeId });
    this.#editing.hidden = false;
    this.#write(question);
    this.focus();
  }

  /** These are in front now: a question that is not among them is edited no more. */
  shows(exchangeIds: readonly string[]): void {
    const edited = this.#edited;
    if (!edited) return;
    const isInFront = exchangeIds.includes(edited.exchangeId);
    if (!this.#isEditOfBefore) {
      if (!isInFront) this.#cancelEdit();
      return;
    }
    this.#isEditOfBefore = false;
    if (isInFront) this.#parts.post({ type: "edit", exchangeId: edited.exchangeId });
    else this.#endEdit(edited.aside === "" ? this.#text.value : edited.aside);
  }

  setAnswering(isAnswering: boolean): void {
    const hadFocus = document.activeElement === (this.#isAnswering ? this.#stop : this.#send);
    this.#isAnswering = isAnswering;
    this.#send.hidden = isAnswering;
    this.#stop.hidden = !isAnswering;
    if (hadFocus) (isAnswering ? this.#stop : this.#text).focus();
  }

  setChips(chips: readonly Chip[]): void {
    const { texts, post } = this.#parts;
    this.#chips.replaceChildren(
      ...chips.map(({ id, label }) => {
        const remove = button("×", () => {
          post({ type: "detach", chipId: id });
          this.focus();
        });
        remove.setAttribute("aria-label", filled(texts.remove, label));
        return element("li", { class: "chip" }, element("span", {}, label), remove);
      }),
    );
    this.#chips.hidden = chips.length === 0;
  }

  #submit(): void {
    const text = this.#text.value;
    if (text.trim() === "") return;
    const replaces = this.#edited?.exchangeId;
    this.#parts.post({ type: "ask", text, ...(replaces !== undefined && { replaces }) });
    this.#leaveEdit();
  }

  #cancelEdit(): void {
    this.#parts.post({ type: "leaveEdit" });
    this.#leaveEdit();
  }

  #leaveEdit(): void {
    this.#endEdit(this.#edited?.aside ?? "");
    this.focus();
  }

  #endEdit(draft: string): void {
    this.#edited = undefined;
    this.#isEditOfBefore = false;
    this.#editing.hidden = true;
    this.#write(draft);
  }

  #write(text: string): void {
    this.#text.value = text;
    this.#keep();
  }

  readonly #pressed = (event: KeyboardEvent): void => {
    if (event.isComposing) return; // the key is the input method's
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.#submit();
    } else if (event.key === "Escape" && this.#isAnswering) {
      this.#parts.post({ type: "stop" });
    } else if (event.key === "Escape" && this.#edited) {
      this.#cancelEdit();
    }
  };

  readonly #keep = (): void => {
    this.#parts.keepDraft({ text: this.#text.value, edited: this.#edited });
  };
}

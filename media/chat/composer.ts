/// <reference lib="dom" />
import type { FromView, ToView, ViewTexts } from "../../src/chat/viewMessages.ts";
import { button, element, filled } from "./dom.ts";

/** What the composer needs of the page. */
export interface ComposerParts {
  readonly texts: ViewTexts;
  readonly post: (message: FromView) => void;
  /** A draft outlives the view being hidden. */
  readonly draft: string;
  readonly keepDraft: (draft: string) => void;
}

type Chip = Extract<ToView, { type: "chips" }>["chips"][number];

/** Where a question is written, with what goes with it. */
export class Composer {
  readonly node: HTMLFormElement;
  readonly #parts: ComposerParts;
  readonly #text: HTMLTextAreaElement;
  readonly #chips = element("ul", { class: "chips" });
  readonly #editing = element("div", { class: "editing", hidden: "" });
  readonly #send: HTMLButtonElement;
  readonly #stop: HTMLButtonElement;
  /** Which question is edited, and the draft that waits until it no longer is. */
  #edited: { readonly exchangeId: string; readonly aside: string } | undefined;
  #isAnswering = false;

  constructor(parts: ComposerParts) {
    this.#parts = parts;
    const { texts, post } = parts;
    this.#text = element("textarea", {
      rows: "2",
      placeholder: texts.placeholder,
      "aria-label": texts.placeholder,
    });
    this.#text.value = parts.draft;
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
    if (this.#edited && !exchangeIds.includes(this.#edited.exchangeId)) this.#cancelEdit();
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
    const aside = this.#edited?.aside ?? "";
    this.#edited = undefined;
    this.#editing.hidden = true;
    this.#write(aside);
    this.focus();
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
    this.#parts.keepDraft(this.#text.value);
  };
}

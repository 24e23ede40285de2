/// <reference lib="dom" />
import { type FromView, type ViewTexts } from "../../src/chat/viewMessages.ts";
import { button, element, filled } from "./dom.ts";
import { highlighted } from "./highlight.ts";
import { sanitised } from "./markdown.ts";

type CodeAction = Extract<FromView, { type: "code" }>["action"];

/** What a block of code needs of the page. */
export interface CodeBlockParts {
  readonly texts: ViewTexts;
  readonly post: (message: FromView) => void;
}

/** A block of code with its buttons, which stay as they are while its text grows. */
export class CodeBlock {
  readonly node: HTMLElement;
  readonly #code = element("code");
  #text = "";
  #languageId = "";

  constructor({ texts, post }: CodeBlockParts) {
    const take = (label: string, action: CodeAction) =>
      button(label, () => {
        const [text, languageId] = [this.#text.replace(/\n$/, ""), this.#languageId];
        post({ type: "code", action, text, languageId });
      });
    const tools = element(
      "div",
      { class: "tools", role: "group" },
      take(texts.copy, "copy"),
      take(texts.insert, "insert"),
      take(texts.replace, "replace"),
      take(texts.open, "open"),
    );
    const label = element("span", { class: "language" });
    // A code that is wider than the view can be scrolled by the keyboard.
    const pre = element("pre", { tabindex: "0", role: "region" }, this.#code);
    this.node = element(
      "div",
      { class: "code" },
      element("div", { class: "bar" }, label, tools),
      pre,
    );
    this.#describe = (languageId) => {
      label.textContent = languageId;
      const name = languageId === "" ? texts.code : filled(texts.codeIn, languageId);
      for (const each of [pre, tools]) each.setAttribute("aria-label", name);
    };
    this.#describe("");
  }

  readonly #describe: (languageId: string) => void;

  show(text: string, languageId: string): void {
    const known = /^[\w+#.-]{1,64}$/.test(languageId) ? languageId.toLowerCase() : "";
    if (known !== this.#languageId) this.#describe(known);
    else if (text === this.#text) return;
    this.#text = text;
    this.#languageId = known;
    const colours = highlighted(text, known);
    if (colours === undefined) this.#code.textContent = text;
    else this.#code.replaceChildren(sanitised(colours));
  }
}

/// <reference lib="dom" />
import type { FromView, ViewTexts } from "../../src/chat/viewMessages.ts";
import { element, filled, iconButton } from "./dom.ts";
import { highlighted } from "./highlight.ts";
import { sanitised } from "./markdown.ts";

type CodeAction = Extract<FromView, { type: "code" }>["action"];

/** Lines in a square of 16. */
const icons: Readonly<Record<CodeAction, string>> = {
  copy: "M5.500 5.500h8v8h-8zM3 10.500H2.500v-8h8V3",
  insert: "M2.500 3v10M13.500 8H6M9 5 6 8l3 3",
  replace: "M3 6V3.500h9M9.500 1 12 3.500 9.500 6M13 10v2.500H4M6.500 10 4 12.500 6.500 15",
  open: "M9 1.500H3.500v13h9V5zM9 1.500V5h3.500M8 7.500v4M6 9.500h4",
};

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
      iconButton(label, icons[action], () => {
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

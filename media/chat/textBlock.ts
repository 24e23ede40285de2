/// <reference lib="dom" />
import { CodeBlock, type CodeBlockParts } from "./codeBlock.ts";
import { element } from "./dom.ts";
import { sanitised } from "./markdown.ts";

/** What has code in it, or may have. A blank line further down makes paragraphs of the text round it. */
const holders: ReadonlySet<string> = new Set(["PRE", "UL", "OL", "BLOCKQUOTE"]);

/** A block that is no code by itself, as a list. Of what it shows stays what is in its next state too, as the same nodes. */
export class TextBlock {
  readonly node = element("div");
  readonly #parts: CodeBlockParts;
  /** The code within it, by the nodes that show it. */
  readonly #codes = new WeakMap<Node, CodeBlock>();
  #html = "";

  constructor(parts: CodeBlockParts) {
    this.#parts = parts;
  }

  /** Shows markup of whatever kind: what could do something is left out. */
  show(html: string): void {
    if (html === this.#html) return;
    this.#html = html;
    this.#fill(this.node, sanitised(html));
  }

  /** Goes through both in step. Nothing is moved, for that would take the keyboard away. */
  #fill(parent: Element, wanted: ParentNode): void {
    let shown = parent.firstChild;
    for (const next of [...wanted.childNodes]) {
      const isHolder = this.#isHolder(next);
      if (isHolder) while (shown && !this.#isHolder(shown)) shown = behindRemoved(shown);
      if (!shown || (!isHolder && this.#isHolder(shown))) {
        parent.insertBefore(this.#equipped(next), shown);
      } else {
        const behind: ChildNode | null = shown.nextSibling;
        if (!this.#becomes(shown, next)) shown.replaceWith(this.#equipped(next));
        shown = behind;
      }
    }
    while (shown) shown = behindRemoved(shown);
  }

  readonly #isHolder = (node: Node): boolean => holders.has(node.nodeName) || this.#codes.has(node);

  /** Makes a node that is shown like the other one; false where it is of another kind. */
  #becomes(shown: Node, wanted: Node): boolean {
    const code = this.#codes.get(shown);
    if (code) {
      if (wanted.nodeName === "PRE") showIn(code, wanted);
      return wanted.nodeName === "PRE";
    }
    if (shown instanceof Text && wanted instanceof Text) {
      if (!wanted.data.startsWith(shown.data)) shown.data = wanted.data;
      else if (wanted.length > shown.length) shown.appendData(wanted.data.slice(shown.length)); // what is selected stays so
      return true;
    }
    if (!(shown instanceof Element && wanted instanceof Element)) return false;
    if (!shown.cloneNode().isEqualNode(wanted.cloneNode())) return false;
    this.#fill(shown, wanted);
    return true;
  }

  /** A new node whose code has its buttons. */
  #equipped(made: Node): Node {
    if (made.nodeName === "PRE") return this.#codeOf(made);
    if (made instanceof Element)
      for (const pre of made.querySelectorAll("pre")) pre.replaceWith(this.#codeOf(pre));
    return made;
  }

  #codeOf(pre: Node): HTMLElement {
    const code = new CodeBlock(this.#parts);
    showIn(code, pre);
    this.#codes.set(code.node, code);
    return code.node;
  }
}

function showIn(code: CodeBlock, pre: Node): void {
  const inner = pre.firstChild;
  const classes = inner instanceof Element ? inner.className : "";
  const [, languageId = ""] = /language-(\S+)/.exec(classes) ?? [];
  code.show(pre.textContent ?? "", languageId);
}

/** Removes a node; the one that was behind it. */
function behindRemoved(node: ChildNode): ChildNode | null {
  const behind = node.nextSibling;
  node.remove();
  return behind;
}

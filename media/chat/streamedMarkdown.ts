/// <reference lib="dom" />
import { CodeBlock, type CodeBlockParts } from "./codeBlock.ts";
import { element } from "./dom.ts";
import { type Block, blocksOf, rendered } from "./markdown.ts";

/**
 * An answer's Markdown while it grows. Only the last block is made anew: what stands before it stays as it is, in its
 * place.
 */
export class StreamedMarkdown {
  readonly #root: HTMLElement;
  readonly #parts: CodeBlockParts;
  #text = "";
  /** Of the text, what is not shown in the last block. */
  #settledChars = 0;
  #last: HTMLElement | CodeBlock | undefined;

  constructor(root: HTMLElement, parts: CodeBlockParts) {
    this.#root = root;
    this.#parts = parts;
  }

  /** Shows a text; cheap where it begins as the one before. */
  show(text: string): void {
    if (text === this.#text) return;
    if (!text.startsWith(this.#text)) this.#clear();
    this.#text = text;
    const tail = text.slice(this.#settledChars);
    const blocks = blocksOf(tail);
    for (const [at, block] of blocks.entries()) {
      if (at > 0) this.#last = undefined;
      this.#showLast(block);
    }
    this.#settledChars += offsetOfLine(tail, blocks.at(-1)?.line ?? 0);
  }

  /** Shows the whole text at its end: links that are defined further down are known only now. */
  finish(text: string): void {
    if (/^ {0,3}\[[^\]\n]+\]:/m.test(text)) this.#clear();
    this.show(text);
  }

  #clear(): void {
    this.#root.replaceChildren();
    this.#text = "";
    this.#settledChars = 0;
    this.#last = undefined;
  }

  #showLast(block: Block): void {
    if (block.code) {
      const { text, languageId } = block.code;
      const last =
        this.#last instanceof CodeBlock ? this.#last : this.#put(new CodeBlock(this.#parts));
      last.show(text, languageId);
    } else {
      const last = this.#last instanceof HTMLElement ? this.#last : this.#put(element("div"));
      last.replaceChildren(rendered(block));
      this.#equip(last);
    }
  }

  /** Puts a new last block in the place of one of another kind, or behind all others. */
  #put<T extends HTMLElement | CodeBlock>(made: T): T {
    if (this.#last) nodeOf(this.#last).replaceWith(nodeOf(made));
    else this.#root.append(nodeOf(made));
    this.#last = made;
    return made;
  }

  /** Gives code within lists and quotations its buttons too. */
  #equip(root: HTMLElement): void {
    for (const pre of root.querySelectorAll("pre")) {
      const block = new CodeBlock(this.#parts);
      const [, languageId = ""] =
        /language-(\S+)/.exec(pre.firstElementChild?.className ?? "") ?? [];
      block.show(pre.textContent, languageId);
      pre.replaceWith(block.node);
    }
  }
}

const nodeOf = (block: HTMLElement | CodeBlock): HTMLElement =>
  block instanceof CodeBlock ? block.node : block;

function offsetOfLine(text: string, line: number): number {
  let offset = 0;
  for (let passed = 0; passed < line; passed++) offset = text.indexOf("\n", offset) + 1;
  return offset;
}

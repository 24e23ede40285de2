/// <reference lib="dom" />
import { CodeBlock, type CodeBlockParts } from "./codeBlock.ts";
import { type Block, blocksOf, rendered } from "./markdown.ts";
import { TextBlock } from "./textBlock.ts";

/**
 * An answer's Markdown while it grows. Only the last block is drawn anew: what stands before it stays as it is, in its
 * place.
 */
export class StreamedMarkdown {
  readonly #root: HTMLElement;
  readonly #parts: CodeBlockParts;
  #text = "";
  /** Of the text, what is not shown in the last block. */
  #settledChars = 0;
  #last: TextBlock | CodeBlock | undefined;

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
      const last =
        this.#last instanceof TextBlock ? this.#last : this.#put(new TextBlock(this.#parts));
      last.show(rendered(block));
    }
  }

  /** Puts a new last block in the place of one of another kind, or behind all others. */
  #put<T extends TextBlock | CodeBlock>(made: T): T {
    if (this.#last) this.#last.node.replaceWith(made.node);
    else this.#root.append(made.node);
    this.#last = made;
    return made;
  }
}

function offsetOfLine(text: string, line: number): number {
  let offset = 0;
  for (let passed = 0; passed < line; passed++) offset = text.indexOf("\n", offset) + 1;
  return offset;
}

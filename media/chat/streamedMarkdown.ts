/// <reference lib="dom" />
import { CodeBlock, type CodeBlockParts } from "./codeBlock.ts";
import { type Block, parsed, rendered } from "./markdown.ts";
import { TextBlock } from "./textBlock.ts";

const nothing = { blocks: 0, chars: 0 };

/**
 * An answer's Markdown while it grows. Only the last block is drawn anew, and the one before it while the last has one line
 * that goes on: a "2" behind a list may become its next number. What stands before them stays as it is, in its place.
 */
export class StreamedMarkdown {
  readonly #root: HTMLElement;
  readonly #parts: CodeBlockParts;
  readonly #shown: (TextBlock | CodeBlock)[] = [];
  #text = "";
  /** What stays: so many blocks, and so much of the text is in them. */
  #settled = nothing;
  /** Whether it has addresses of links, since they were looked for in all of it. */
  #definesLinks = false;

  constructor(root: HTMLElement, parts: CodeBlockParts) {
    this.#root = root;
    this.#parts = parts;
  }

  /** Shows a text; cheap where it begins as the one before. */
  show(text: string): void {
    if (text === this.#text) return;
    if (!text.startsWith(this.#text)) this.#settled = nothing;
    this.#text = text;
    this.#draw();
  }

  /** Shows the whole text at its end: links that are defined further down are known only now. */
  finish(text: string): void {
    const isInOne = this.#settled === nothing;
    this.show(text);
    if (this.#definesLinks && !isInOne) {
      this.#settled = nothing;
      this.#draw();
    }
    this.#definesLinks = false;
  }

  #draw(): void {
    const { blocks: before, chars } = this.#settled;
    const tail = this.#text.slice(chars);
    const { blocks, definesLinks } = parsed(tail);
    this.#definesLinks ||= definesLinks;
    for (const [at, block] of blocks.entries()) this.#showAt(before + at, block);
    for (const gone of this.#shown.splice(before + blocks.length)) gone.node.remove();
    const open = firstOpen(tail, blocks);
    this.#settled = {
      blocks: before + open,
      chars: chars + offsetOfLine(tail, blocks[open]?.line ?? 0),
    };
  }

  #showAt(at: number, block: Block): void {
    const shown = this.#shown[at];
    if (block.code) {
      const code = shown instanceof CodeBlock ? shown : this.#put(at, new CodeBlock(this.#parts));
      code.show(block.code.text, block.code.languageId);
    } else {
      const text = shown instanceof TextBlock ? shown : this.#put(at, new TextBlock(this.#parts));
      text.show(rendered(block));
    }
  }

  /** Puts a new block in the place of one of another kind, or behind all others. */
  #put<T extends TextBlock | CodeBlock>(at: number, made: T): T {
    const shown = this.#shown[at];
    if (shown) shown.node.replaceWith(made.node);
    else this.#root.append(made.node);
    this.#shown[at] = made;
    return made;
  }
}

/** The first block that more text may change. The last one has ended the one before it as soon as its first line is whole. */
function firstOpen(text: string, blocks: readonly Block[]): number {
  const isWhole = ({ line }: Block) => /[\r\n]/.test(text.slice(offsetOfLine(text, line)));
  const last = blocks.at(-1);
  return Math.max(0, blocks.length - (last && isWhole(last) ? 1 : 2));
}

function offsetOfLine(text: string, line: number): number {
  const lineEnd = /\r\n?|\n/g; // as markdown-it has them
  for (let passed = 0; passed < line; passed++) lineEnd.exec(text);
  return lineEnd.lastIndex;
}

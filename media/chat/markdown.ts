/// <reference lib="dom" />
import DOMPurify from "dompurify";
import MarkdownIt, { type Env, type Token } from "markdown-it";

/** Longer paragraphs and cells are shown as they are written: markup in them is not worth its time. */
const maxInlineChars = 10_000;

const markdown = new MarkdownIt("default", { html: false, linkify: false, typographer: false });

markdown.core.ruler.at("inline", ({ tokens, md, env, Token: Made }) => {
  for (const token of tokens) {
    if (token.type !== "inline") continue;
    if (token.content.length <= maxInlineChars) {
      md.inline.parse(token.content, md, env, (token.children ??= []));
      continue;
    }
    const plain = new Made("text", "", 0);
    plain.content = token.content;
    token.children = [plain];
  }
});

/** Nothing is loaded from anywhere: of an image its description is left. */
markdown.renderer.rules["image"] = (tokens, at) =>
  markdown.utils.escapeHtml(tokens[at]?.content ?? "");

/** One top-level block of a Markdown text. */
export interface Block {
  /** The line it begins at, from 0. */
  readonly line: number;
  readonly tokens: readonly Token[];
  /** Where it is a block of code. */
  readonly code: { readonly text: string; readonly languageId: string } | undefined;
}

/** The top-level blocks of a text in their order, and whether addresses of links stand in it, which no block shows. */
export function parsed(text: string): {
  readonly blocks: readonly Block[];
  readonly definesLinks: boolean;
} {
  const blocks: { line: number; tokens: Token[]; code: Block["code"] }[] = [];
  const found: Env = {};
  for (const token of markdown.parse(text, found)) {
    if (token.level === 0 && token.nesting >= 0) {
      const isCode = token.type === "fence" || token.type === "code_block";
      const [languageId = ""] = token.info.trim().split(/\s+/);
      const code = isCode ? { text: token.content, languageId } : undefined;
      blocks.push({ line: token.map?.[0] ?? 0, tokens: [], code });
    }
    blocks.at(-1)?.tokens.push(token);
  }
  return { blocks, definesLinks: found.references !== undefined };
}

/** A block that is no code as markup, which is still to be sanitised. */
export const rendered = ({ tokens }: Block): string =>
  markdown.renderer.render([...tokens], markdown.options, {});

/** Markup as nodes that can do nothing: known tags, links to the web, no handlers, styles, images or scripts. */
export function sanitised(html: string): DocumentFragment {
  return DOMPurify.sanitize(html, {
    ALLOWED_TAGS: [
      ...["p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote"],
      ...["a", "em", "strong", "s", "code", "pre", "span"],
      ...["table", "thead", "tbody", "tr", "th", "td"],
    ],
    ALLOWED_ATTR: ["href", "class", "start"],
    ALLOWED_URI_REGEXP: /^https?:\/\//i,
    ADD_URI_SAFE_ATTR: ["start"], // the number of a list's first item is no address
    ALLOW_DATA_ATTR: false,
    ALLOW_ARIA_ATTR: false,
    RETURN_DOM_FRAGMENT: true,
  });
}

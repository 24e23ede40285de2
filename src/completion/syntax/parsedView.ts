import type { Node, Parser, Tree } from "web-tree-sitter";
import type { Disposable } from "../../base/disposable.ts";
import { beginsBeside, endsWhole, surroundingsAt } from "./judgements.ts";
import { type Lexis, lexisOf } from "./lexis.ts";
import type { StatementText, Surroundings, SyntaxView } from "./syntaxView.ts";
import { type Window, closing, openAfter, windowOf } from "./window.ts";

/** Longer answers are not parsed, in UTF-16 units. */
const maxTextChars = 2_000;

/**
 * A parse is given up after that many of the parser's reports of progress, which come about every 0.05 ms. Counted and
 * not timed, so that the same text gets the same answer on any machine. Whole windows of dense code need 60.
 */
const maxReports = 100;

/**
 * A language's syntax by its grammar. Each question is one parse of a bounded window; what was answered for the
 * same place is not asked again. Owned by `Syntax`, as the parser is.
 */
export class ParsedView implements SyntaxView, Disposable {
  #parser: Parser | undefined;
  readonly #lexis: Lexis;
  #before: string | undefined;
  #window: Window | undefined;
  readonly #answers = new Map<string, boolean>();
  #surroundings: Surroundings | undefined;

  constructor(parser: Parser, languageId: string) {
    this.#parser = parser;
    this.#lexis = lexisOf(languageId);
  }

  /** It does not tell anything any more; the parser stays with its owner. */
  dispose(): void {
    this.#parser = undefined;
  }

  surroundings(before: string): Surroundings | undefined {
    this.#moveTo(before);
    return this.#surroundings;
  }

  isComplete(statement: StatementText): boolean {
    return this.#answer("complete", statement, (root, window) => {
      const from = window.length + statement.beginAt;
      const end = (window + statement.text).trimEnd().length;
      return endsWhole(root, from, end);
    });
  }

  beginsAnew(statement: StatementText, nextAt: number): boolean {
    return this.#answer(`next ${nextAt}`, statement, (root, window) =>
      beginsBeside(root, window.length + statement.beginAt, window.length + nextAt),
    );
  }

  #moveTo(before: string): void {
    if (before === this.#before) return;
    this.#before = before;
    this.#answers.clear();
    this.#window = windowOf(before, this.#lexis);
    this.#surroundings = undefined;
    const at = this.#window?.text.length;
    if (at !== undefined) this.#surroundings = this.#ask("", (root) => surroundingsAt(root, at));
  }

  #answer(
    question: string,
    { before, text, beginAt }: StatementText,
    judge: (root: Node, window: string) => boolean,
  ): boolean {
    this.#moveTo(before);
    const key = `${question} ${beginAt} ${text}`;
    const known = this.#answers.get(key);
    if (known !== undefined) return known;
    const answer = this.#ask(text, judge) ?? false;
    this.#answers.set(key, answer);
    return answer;
  }

  /** Parses the window with a text and what closes both; undefined where that is too much work. */
  #ask<T>(text: string, judge: (root: Node, window: string) => T): T | undefined {
    if (!this.#window || text.length > maxTextChars) return undefined;
    const { text: window, open } = this.#window;
    const ending = closing(openAfter(text, open, this.#lexis));
    const tree = this.#parse(`${window}${text} ${ending}`);
    if (!tree) return undefined;
    try {
      return judge(tree.rootNode, window);
    } finally {
      tree.delete();
    }
  }

  #parse(text: string): Tree | undefined {
    let reports = 0;
    try {
      const progressCallback = () => ++reports > maxReports;
      const tree = this.#parser?.parse(text, null, { progressCallback });
      if (!tree) this.#parser?.reset();
      return tree ?? undefined;
    } catch {
      return undefined; // a fault of the grammar: brackets and indentation decide
    }
  }
}

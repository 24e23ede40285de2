import type { Parser } from "web-tree-sitter";
import type { Disposable } from "../../base/disposable.ts";
import { type GrammarName, grammarOf } from "./grammars.ts";
import { ParsedView } from "./parsedView.ts";
import { beginRuntime } from "./runtime.ts";
import type { SyntaxView } from "./syntaxView.ts";

/** Where the bytes come from. Each is asked for once at most; a rejection means that there is no such syntax. */
export interface SyntaxParts {
  /** The parser's own WebAssembly. */
  readonly loadRuntime: () => Promise<Uint8Array>;
  readonly loadGrammar: (name: GrammarName) => Promise<Uint8Array>;
  /** Told once for each grammar that cannot be had. */
  readonly onFailure: (name: GrammarName, error: unknown) => void;
}

/**
 * Owns the parsers. A grammar is loaded when a document first needs it; until it is there, and where that fails, there
 * is no view, and suggestions are cut by brackets and indentation.
 */
export class Syntax implements Disposable {
  readonly #parts: SyntaxParts;
  readonly #grammars = new Map<GrammarName, Grammar>();
  readonly #views = new Map<string, ParsedView>();
  #isDisposed = false;

  constructor(parts: SyntaxParts) {
    this.#parts = parts;
  }

  /** A language's syntax; undefined while it is being loaded and where there is none. Never waits. */
  view(languageId: string): SyntaxView | undefined {
    const parser = this.#grammarFor(languageId)?.parser;
    if (!parser) return undefined;
    const view = this.#views.get(languageId) ?? new ParsedView(parser, languageId);
    this.#views.set(languageId, view);
    return view;
  }

  /** Settles when a language's syntax is at hand, or never will be. It does not reject. */
  async loaded(languageId: string): Promise<void> {
    await this.#grammarFor(languageId)?.loaded;
  }

  dispose(): void {
    this.#isDisposed = true;
    for (const view of this.#views.values()) view.dispose();
    for (const grammar of this.#grammars.values()) grammar.dispose();
    this.#views.clear();
    this.#grammars.clear();
  }

  #grammarFor(languageId: string): Grammar | undefined {
    const name = grammarOf(languageId);
    if (name === undefined || this.#isDisposed) return undefined;
    const known = this.#grammars.get(name);
    if (known) return known;
    const grammar = new Grammar(this.#parts, name);
    this.#grammars.set(name, grammar);
    return grammar;
  }
}

/** One grammar, from when it was first needed. */
class Grammar implements Disposable {
  readonly loaded: Promise<void>;
  #parser: Parser | undefined;
  #isDisposed = false;

  constructor(parts: SyntaxParts, name: GrammarName) {
    this.loaded = this.#load(parts, name).catch((error: unknown) => {
      if (!this.#isDisposed) parts.onFailure(name, error);
    });
  }

  /** Undefined until it is loaded, and when that has failed. */
  get parser(): Parser | undefined {
    return this.#parser;
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#parser?.delete();
    this.#parser = undefined;
  }

  async #load({ loadRuntime, loadGrammar }: SyntaxParts, name: GrammarName): Promise<void> {
    const [bytes, library] = await Promise.all([loadGrammar(name), beginRuntime(loadRuntime)]);
    const language = await library.Language.load(bytes); // compiled beside this thread
    if (this.#isDisposed) return;
    const parser = new library.Parser().setLanguage(language);
    parser.parse(warmUp)?.delete();
    this.#parser = parser;
  }
}

/** The first parse of a language takes some milliseconds, since its code is only then made ready: not at a key press. */
const warmUp = "a(b, 'c') {\n  d = [1]\n}\n";

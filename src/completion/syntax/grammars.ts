/**
 * The grammars that are shipped, and the editor's language ids that each is for. What a grammar weighs decides: those
 * of C++ and C# are as large as all of these together, and brackets alone do well there.
 */
const languagesOf = {
  typescript: ["typescript"],
  tsx: ["typescriptreact", "javascript", "javascriptreact"],
  python: ["python"],
  java: ["java"],
  go: ["go"],
  rust: ["rust"],
  php: ["php"],
} as const;

/** The name of a grammar, as in its file's name. */
export type GrammarName = keyof typeof languagesOf;

/** The grammars that are shipped. */
export const grammarNames = Object.keys(languagesOf) as readonly GrammarName[];

/** The grammar for an editor's language id; undefined where none is shipped. */
export const grammarOf = (languageId: string): GrammarName | undefined =>
  grammarNames.find((name) => (languagesOf[name] as readonly string[]).includes(languageId));

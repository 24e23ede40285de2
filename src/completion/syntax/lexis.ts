import { isProse } from "../tidy/prose.ts";

/** What must be known of a language to count brackets line by line, without its grammar. */
export interface Lexis {
  /** What makes the rest of a line a comment. */
  readonly lineComments: readonly string[];
  readonly hasBlockComments: boolean;
  /** Quotes of strings that go over several lines. */
  readonly longQuotes: readonly string[];
  /** Whether code may stand in `${}` between backticks. */
  readonly hasTemplates: boolean;
  /** Whether `/` may begin a pattern. */
  readonly hasPatterns: boolean;
  /** Whether an apostrophe may be something else than a quote, as before a lifetime. */
  readonly hasBareApostrophes: boolean;
  /** What begins a block: a brace alone, a colon at a line's end, or it is not known. */
  readonly blocks: "braces" | "colon" | "unknown";
  /** What a part of a file needs before it to be taken for code. */
  readonly opening: string;
  /** Whether its lines are sentences: what they end with says nothing of the next. */
  readonly isProse: boolean;
}

const plain: Lexis = {
  lineComments: ["//"],
  hasBlockComments: true,
  longQuotes: [],
  hasTemplates: false,
  hasPatterns: false,
  hasBareApostrophes: false,
  blocks: "unknown",
  opening: "",
  isProse: false,
};
const braced: Lexis = { ...plain, blocks: "braces" };
const script: Lexis = { ...braced, longQuotes: ["`"], hasTemplates: true, hasPatterns: true };
const hashed: Lexis = { ...plain, lineComments: ["#"], hasBlockComments: false };
const dashed: Lexis = { ...hashed, lineComments: ["--"] };
const colon: Lexis = { ...hashed, longQuotes: ['"""', "'''"], blocks: "colon" };
const prose: Lexis = { ...plain, lineComments: [], hasBlockComments: false, isProse: true };

const languages = new Map<string, Lexis>([
  ...["typescript", "typescriptreact", "javascript", "javascriptreact", "vue", "svelte"].map(
    (id) => [id, script] as const,
  ),
  ...["java", "c", "cpp", "csharp", "kotlin", "swift", "dart", "scala", "groovy", "css"].map(
    (id) => [id, braced] as const,
  ),
  ...["scss", "less", "json", "jsonc", "objective-c", "cuda-cpp"].map(
    (id) => [id, braced] as const,
  ),
  ["go", { ...braced, longQuotes: ["`"] }],
  ["rust", { ...braced, hasBareApostrophes: true }],
  ["php", { ...braced, lineComments: ["//", "#"], opening: "<?php " }],
  ["python", colon],
  ...["shellscript", "ruby", "yaml", "dockerfile", "makefile", "perl", "r", "toml", "elixir"].map(
    (id) => [id, hashed] as const,
  ),
  ["powershell", { ...hashed, blocks: "braces" }],
  ...["sql", "lua", "haskell"].map((id) => [id, dashed] as const),
  ...["latex", "tex"].map((id) => [id, prose] as const),
]);

/** The lexis of an editor's language id; of one that is not known, what most languages have. */
export const lexisOf = (languageId: string): Lexis =>
  languages.get(languageId) ?? (isProse(languageId) ? prose : plain);

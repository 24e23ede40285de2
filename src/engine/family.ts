/** The endings of files whose words are of use to one another: one language, or several that are written together. */
const families: readonly string[] = [
  "ts tsx mts cts js jsx mjs cjs vue svelte astro",
  "c h cc cpp cxx hh hpp hxx inl ino m mm cu cuh",
  "java kt kts scala sc groovy gradle",
  "py pyi pyx pyw",
  "rb rake gemspec erb",
  "cs csx cshtml razor",
  "php phtml",
  "css scss sass less styl",
  "html htm xhtml",
  "md mdx markdown rst txt adoc",
  "sh bash zsh fish ksh",
  "yaml yml",
  "json jsonc json5",
  "xml xsd xsl xslt",
  "pl pm",
  "ex exs eex heex",
  "erl hrl",
  "ml mli",
  "clj cljs cljc edn",
  "r rmd",
  "tf tfvars hcl",
];
const firstOf = new Map(
  families.flatMap((family) => {
    const endings = family.split(" ");
    return endings.map((ending) => [ending, endings[0] ?? ""] as const);
  }),
);

/** The editor's name of a language where it is no ending. https://code.visualstudio.com/docs/languages/identifiers */
const endingOf: Readonly<Record<string, string>> = {
  typescript: "ts",
  typescriptreact: "ts",
  javascript: "ts",
  javascriptreact: "ts",
  python: "py",
  ruby: "rb",
  rust: "rs",
  csharp: "cs",
  fsharp: "fs",
  kotlin: "java",
  "objective-c": "c",
  "objective-cpp": "c",
  "cuda-cpp": "c",
  markdown: "md",
  plaintext: "md",
  shellscript: "sh",
  perl: "pl",
  elixir: "ex",
  erlang: "erl",
  haskell: "hs",
  ocaml: "ml",
  clojure: "clj",
  terraform: "tf",
};

/** A notebook's cells are code in its language. */
const tellNothing = new Set(["", "ipynb"]);

/** Which files' words may be offered in a file: those of the same family. By its ending, and where that tells nothing by its language. */
export function familyOf(path: string, languageId = ""): string {
  const name = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
  const ending = name.slice(name.lastIndexOf(".") + 1);
  const isTold = name.includes(".") && !tellNothing.has(ending);
  const told = isTold ? ending : (endingOf[languageId] ?? (languageId === "" ? name : languageId));
  return firstOf.get(told) ?? told;
}

/** Prose names what stands in code, and has examples of it. */
const prose = "md";

/** Whether the words of files of one family are of use in those of another. */
export const areRelated = (one: string, other: string): boolean =>
  one === other || one === prose || other === prose;

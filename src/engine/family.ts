/**
 * The endings, and the names that tell more than their ending, of files whose words are of use to one another: one
 * language, or several that are written together.
 */
const families: readonly string[] = [
  "ts tsx mts cts js jsx mjs cjs vue svelte astro",
  "c h cc cpp cxx hh hpp hxx inl ino m mm cu cuh",
  "java kt kts scala sc groovy gradle jenkinsfile",
  "py pyi pyx pxd pyw sconstruct sconscript snakefile",
  "rb rake gemspec erb ru gemfile rakefile podfile fastfile vagrantfile brewfile",
  "cs csx cshtml razor",
  "fs fsx fsi",
  "vb vbs bas",
  "php phtml",
  "css scss sass less styl",
  "html htm xhtml hbs handlebars mustache ejs twig j2 jinja jinja2 njk liquid pug jade",
  "md mdx markdown rst txt adoc commit_editmsg merge_msg tag_editmsg",
  "tex sty cls ltx",
  "sh bash zsh fish ksh bats bashrc bash_profile zshrc",
  "ps1 psm1 psd1",
  "bat cmd",
  "makefile gnumakefile mk mak",
  "cmake cmakelists.txt",
  "dockerfile containerfile",
  "bzl bazel star",
  "yaml yml json jsonc json5 toml ini cfg conf env properties requirements.txt requirements-dev.txt constraints.txt",
  "xml xsd xsl xslt csproj fsproj props targets resx xaml",
  "sql psql ddl",
  "pl pm t",
  "ex exs eex heex",
  "erl hrl",
  "ml mli",
  "hs lhs",
  "clj cljs cljc edn",
  "r rmd",
  "tf tfvars hcl",
  "gql graphql graphqls",
  "f f90 f95 f03 f08 for",
  "v vh sv svh",
  "vhd vhdl",
  "s asm",
  ..."go rs swift dart lua jl zig nim nix cr d elm proto prisma sol glsl wgsl hlsl bicep".split(
    " ",
  ),
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
  cython: "py",
  ruby: "rb",
  rust: "rs",
  csharp: "cs",
  fsharp: "fs",
  kotlin: "kt",
  "objective-c": "c",
  "objective-cpp": "c",
  "cuda-cpp": "c",
  markdown: "md",
  plaintext: "md",
  restructuredtext: "md",
  asciidoc: "md",
  "git-commit": "md",
  scminput: "md",
  latex: "tex",
  shellscript: "sh",
  powershell: "ps1",
  perl: "pl",
  elixir: "ex",
  erlang: "erl",
  haskell: "hs",
  ocaml: "ml",
  clojure: "clj",
  julia: "jl",
  terraform: "tf",
  starlark: "bzl",
  "fortran-modern": "f",
  FortranFreeForm: "f",
  verilog: "v",
  systemverilog: "v",
};

/** Prose names what stands in code, and has examples of it. */
const prose = "md";
/** Of a file whose name does not tell its language. */
const unknown = "";

/**
 * Which files' words may be offered in a file: those of the same family. By its name (`Jenkinsfile`), its ending, what
 * stands before that (`Dockerfile.dev`), and where these tell nothing, as of a script or a notebook, by its language.
 */
export function familyOf(path: string, languageId = ""): string {
  const name = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
  const [stem = "", ...endings] = name.split(".");
  const told = [name, endings.at(-1) ?? "", stem, endingOf[languageId] ?? languageId];
  for (const each of told) {
    const family = firstOf.get(each);
    if (family !== undefined) return family;
  }
  return unknown;
}

/** Whether the words of files of one family are of use in those of another; of an unknown one they may always be. */
export const areRelated = (one: string, other: string): boolean =>
  one === other || [one, other].some((each) => each === prose || each === unknown);

/** The editor's languages by what else models call them behind a fence. */
const names: Readonly<Record<string, string>> = {
  bat: "batch cmd dos",
  c: "h",
  clojure: "clj",
  coffeescript: "coffee",
  cpp: "c++ cc cxx h++ hpp hxx",
  csharp: "c# cs",
  diff: "patch",
  dockerfile: "docker",
  elixir: "ex exs",
  erlang: "erl",
  fsharp: "f# fs",
  go: "golang",
  haskell: "hs",
  html: "htm xhtml",
  ignore: "gitignore",
  ini: "cfg conf",
  javascript: "cjs js mjs node",
  javascriptreact: "jsx",
  jsonc: "json5",
  julia: "jl",
  kotlin: "kt kts",
  latex: "tex",
  makefile: "make mk",
  markdown: "md",
  "objective-c": "objc objectivec obj-c",
  "objective-cpp": "objc++ objectivec++",
  ocaml: "ml",
  perl: "pl",
  powershell: "ps ps1 pwsh",
  python: "py py3 python3",
  restructuredtext: "rst",
  ruby: "rb",
  rust: "rs",
  shellscript: "bash console ksh sh shell shell-session zsh",
  terraform: "hcl tf",
  typescript: "cts mts ts",
  typescriptreact: "tsx",
  vb: "vb.net vbnet",
  xml: "plist svg xsd",
  yaml: "yml",
};

const languages = new Map(
  Object.entries(names).flatMap(([language, others]) =>
    others.split(" ").map((name) => [name, language]),
  ),
);

/** The language of a block of code by what stands behind its fence; plain text where the editor knows none of that name. */
export function languageOfFence(fence: string, known: readonly string[]): string {
  const name = fence.toLowerCase();
  const candidates = [name, languages.get(name) ?? ""];
  return candidates.find((each) => known.includes(each)) ?? "plaintext";
}

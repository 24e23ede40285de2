const languages: ReadonlySet<string> = new Set([
  "markdown",
  "mdx",
  "quarto",
  "rmd",
  "asciidoc",
  "restructuredtext",
  "plaintext",
  "git-commit",
  "scminput",
  "prompt",
  "instructions",
  "chatagent",
]);

/** Whether documents in a language are prose, where code's marks may stand for themselves. */
export const isProse = (languageId: string): boolean => languages.has(languageId);

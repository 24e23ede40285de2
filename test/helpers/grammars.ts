import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { SyntaxParts } from "../../src/completion/syntax/syntax.ts";

const { resolve } = createRequire(import.meta.url);
const grammarFolder = dirname(resolve("@vscode/tree-sitter-wasm"));

/** The grammars as the packages have them; failures are thrown. */
export const packagedGrammars: SyntaxParts = {
  loadRuntime: () => readFile(resolve("web-tree-sitter/web-tree-sitter.wasm")),
  loadGrammar: (name) => readFile(join(grammarFolder, `tree-sitter-${name}.wasm`)),
  onFailure: (name, error) => {
    throw new Error(`no grammar ${name}`, { cause: error });
  },
};

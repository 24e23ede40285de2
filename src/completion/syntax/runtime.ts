import type * as Library from "web-tree-sitter";

/** The parser's library, which is loaded with its first grammar: the window starts without it. */
export type ParserLibrary = Pick<typeof Library, "Language" | "Parser">;

/** The library has one runtime for the whole process: whoever needs it first begins it, and nobody ends it. */
let runtime: Promise<ParserLibrary> | undefined;

/** Begins the parser's runtime from its WebAssembly, once. Rejects where that is impossible; then it may be tried again. */
export function beginRuntime(load: () => Promise<Uint8Array>): Promise<ParserLibrary> {
  runtime ??= begin(load).catch((error: unknown) => {
    runtime = undefined;
    throw error;
  });
  return runtime;
}

async function begin(load: () => Promise<Uint8Array>): Promise<ParserLibrary> {
  const [wasmBinary, library] = await Promise.all([load(), import("web-tree-sitter")]);
  // It would look for its file beside itself, even with the bytes at hand.
  await library.Parser.init({ wasmBinary, locateFile: (name: string) => name });
  return library;
}

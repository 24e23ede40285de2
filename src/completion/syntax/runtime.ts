import { Parser } from "web-tree-sitter";

/** The library has one runtime for the whole process: whoever needs it first begins it, and nobody ends it. */
let runtime: Promise<void> | undefined;

/** Begins the parser's runtime from its WebAssembly, once. Rejects where that is impossible; then it may be tried again. */
export function beginRuntime(load: () => Promise<Uint8Array>): Promise<void> {
  runtime ??= begin(load).catch((error: unknown) => {
    runtime = undefined;
    throw error;
  });
  return runtime;
}

async function begin(load: () => Promise<Uint8Array>): Promise<void> {
  const wasmBinary = await load();
  // It would look for its file beside itself, even with the bytes at hand.
  await Parser.init({ wasmBinary, locateFile: (name: string) => name });
}

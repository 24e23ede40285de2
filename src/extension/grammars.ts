import { readFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { brotliDecompress } from "node:zlib";
import { Failure } from "../base/failure.ts";
import type { Logger } from "../base/log.ts";
import type { SyntaxParts } from "../completion/syntax/syntax.ts";

const decompress = promisify(brotliDecompress); // not on this thread

/** The grammars that were built beside this program. Without one of them indentation decides, and the log says so. */
export function shippedGrammars(extensionFolder: string, log: Logger): SyntaxParts {
  const folder = path.join(extensionFolder, "dist", "grammars");
  const read = async (name: string) =>
    decompress(await readFile(path.join(folder, `${name}.wasm.br`)));
  return {
    loadRuntime: () => read("runtime"),
    loadGrammar: read,
    onFailure: (name, error) => {
      log.warn(`without the grammar ${name}: ${Failure.from(error).message}`);
    },
  };
}

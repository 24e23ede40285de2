import { dirname } from "node:path";
import { readSourceFile } from "../indexing/sourceFile.ts";
import { withoutSecrets } from "../indexing/secrets.ts";
import { type DeclarationFile, findBeside, findDeclarations } from "./findDeclarations.ts";
import { importedNames } from "./importedNames.ts";

/** What is declared in a file. */
export interface Declarations {
  readonly path: string;
  readonly text: string;
}

/** Four times as much saves no more keys. */
const mostChars = 128 * 1024;
/** A package that says less is there for others, as `express` is; what else one imports tells little of itself. */
const littleChars = 16 * 1024;
const mostFiles = 40;
const reference =
  /(?:\bfrom\s*|\bimport\s*(?:\(\s*)?)["'](\.{1,2}\/[^"'\n]+)["']|<reference path="([^"\n]+)"/g;

/**
 * The declarations in a file and in those it leads to, up to a bound and without secrets: first in its own package, the
 * nearest first, then, where that is little, in the packages these import. `mayRead` is asked for each file. Blocks; never
 * throws: what cannot be read is left out.
 */
export function readDeclarations(
  first: DeclarationFile,
  mayRead: (file: DeclarationFile) => boolean,
): readonly Declarations[] {
  const found = new Map<string, Declarations>();
  const queue = new Map([[first.path, first]]);
  const texts: { readonly file: DeclarationFile; readonly text: string }[] = [];
  let roomChars = mostChars;
  const read = () => {
    for (const file of queue.values()) {
      if (roomChars === 0 || found.size === mostFiles) return;
      if (found.has(file.path) || !mayRead(file)) continue;
      const source = readSourceFile(file.path);
      if (!("text" in source)) continue;
      const text = withoutSecrets(source.text).slice(0, roomChars);
      roomChars -= text.length;
      found.set(file.path, { path: file.path, text });
      texts.push({ file, text: source.text });
      for (const each of besideOf(file, source.text)) queue.set(each.path, each);
    }
  };
  read();
  if (mostChars - roomChars < littleChars) {
    queue.clear();
    for (const { file, text } of texts)
      for (const each of importedBy(file, text)) queue.set(each.path, each);
    read();
  }
  return [...found.values()];
}

function besideOf(file: DeclarationFile, text: string): DeclarationFile[] {
  return [...text.matchAll(reference)].flatMap(
    ({ 1: imported, 2: referenced }) => findBeside(file, imported ?? referenced ?? "") ?? [],
  );
}

function importedBy(file: DeclarationFile, text: string): DeclarationFile[] {
  return importedNames(text).flatMap((name) => findDeclarations(dirname(file.path), name) ?? []);
}

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
  /(?:\bfrom\s*|\bimport\s*\(?\s*)["'](\.{1,2}\/[^"'\n]+)["']|<reference path="([^"\n]+)"/g;

/**
 * The declarations in a file and in those it leads to, up to a bound and without secrets: first in its own package, the
 * nearest first, then, where that is little, in the packages these import. `mayRead` is asked for each file. Blocks; never throws: what cannot
 * be read is left out.
 */
export function readDeclarations(
  first: DeclarationFile,
  mayRead: (path: string) => boolean,
): readonly Declarations[] {
  const found: Declarations[] = [];
  const own = new Map([[first.path, first]]);
  const others = new Map<string, DeclarationFile>();
  let roomChars = mostChars;
  const read = (files: ReadonlyMap<string, DeclarationFile>) => {
    for (const file of files.values()) {
      if (roomChars === 0 || found.length === mostFiles) return;
      const source = mayRead(file.path) ? readSourceFile(file.path) : undefined;
      if (!source || !("text" in source)) continue;
      const text = withoutSecrets(source.text).slice(0, roomChars);
      roomChars -= text.length;
      found.push({ path: file.path, text });
      for (const each of besideOf(file, source.text)) own.set(each.path, each);
      for (const each of importedBy(file, source.text)) others.set(each.path, each);
    }
  };
  read(own);
  if (mostChars - roomChars < littleChars) read(new Map(others));
  return found;
}

function besideOf(file: DeclarationFile, text: string): DeclarationFile[] {
  return [...text.matchAll(reference)].flatMap(
    ({ 1: imported, 2: referenced }) => findBeside(file, imported ?? referenced ?? "") ?? [],
  );
}

function importedBy(file: DeclarationFile, text: string): DeclarationFile[] {
  return importedNames(text).flatMap((name) => findDeclarations(dirname(file.path), name) ?? []);
}

import { realpathSync, statSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, join, relative, sep } from "node:path";
import { declarationPaths, declarationsBeside, readPackageFile } from "./packageFile.ts";

/** A file with declarations, and the folder of the package it belongs to. */
export interface DeclarationFile {
  readonly path: string;
  readonly home: string;
}

const ofNode = new Set(builtinModules);

/**
 * Where the declarations begin of what is imported by this name in a folder, as TypeScript finds it: in the nearest
 * package of that name or of types for it, in a `node_modules` on the way up. Undefined where there are none. Blocks.
 */
export function findDeclarations(folder: string, name: string): DeclarationFile | undefined {
  const plain = name.replace(/^node:/, "");
  if (plain !== name || ofNode.has(plain)) return inPackage(folder, "@types/node", `./${plain}`);
  const [, owner = "", rest = ""] = /^((?:@[^/]+\/)?[^/]+)(.*)$/.exec(name) ?? [];
  const inside = rest === "" ? "." : `.${rest}`;
  const typesOf = owner.replace(/^@/, "").replace("/", "__");
  return inPackage(folder, owner, inside) ?? inPackage(folder, `@types/${typesOf}`, inside);
}

/** The file that a declaration file names by the way to it, in its own package. Blocks. */
export function findBeside(file: DeclarationFile, way: string): DeclarationFile | undefined {
  return firstIn(file.home, declarationsBeside(join(dirname(file.path), way)));
}

function inPackage(folder: string, name: string, inside: string): DeclarationFile | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const linked = join(at, "node_modules", name);
    const file = readPackageFile(join(linked, "package.json"));
    if (file) {
      const home = realpathSync(linked); // what it imports is found from there
      return firstIn(
        home,
        declarationPaths(file, inside).map((path) => join(home, path)),
      );
    }
    if (dirname(at) === at) return undefined;
  }
}

/** The first of these that is there, and within the package. */
function firstIn(home: string, paths: readonly string[]): DeclarationFile | undefined {
  const path = paths.find((each) => isInside(home, each) && isFile(each));
  return path === undefined ? undefined : { path, home };
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== ".." && !way.startsWith(`..${sep}`);
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

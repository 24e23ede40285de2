import { realpathSync, statSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, join, relative } from "node:path";
import { isInside } from "../indexing/projectFiles.ts";
import { declarationPaths, declarationsBeside, readPackageFile } from "./packageFile.ts";

/** A file with declarations. */
export interface DeclarationFile {
  /** Where it really is. */
  readonly path: string;
  /** By which path it was found: packages may be linked. */
  readonly foundAt: string;
  readonly home: PackageHome;
}

/** The folder of a package. */
interface PackageHome {
  readonly path: string;
  readonly foundAt: string;
}

const ofNode = new Set(builtinModules);

/**
 * Where the declarations begin of what is imported by this name in a folder, as TypeScript finds it but for
 * `typesVersions`, which are not heeded: in the nearest package of that name, or of types for it, in a `node_modules` on the way up.
 * Undefined where there are none. Blocks; never throws.
 */
export function findDeclarations(folder: string, name: string): DeclarationFile | undefined {
  const plain = name.replace(/^node:/, "");
  if (plain !== name || ofNode.has(plain)) {
    const ofRuntime = inPackage(folder, "@types/node", `./${plain}`);
    if (ofRuntime || plain !== name) return ofRuntime;
  }
  const [, owner = "", rest = ""] = /^((?:@[^/]+\/)?[^/]+)(.*)$/.exec(name) ?? [];
  const inside = rest === "" ? "." : `.${rest}`;
  const typesOf = owner.replace(/^@/, "").replace("/", "__");
  return inPackage(folder, owner, inside) ?? inPackage(folder, `@types/${typesOf}`, inside);
}

/** The file that a declaration file names by the way to it, in its own package. Blocks; never throws. */
export function findBeside(
  { path, home }: DeclarationFile,
  way: string,
): DeclarationFile | undefined {
  const target = relative(home.path, join(dirname(path), way));
  return firstIn(home, declarationsBeside(target));
}

function inPackage(folder: string, name: string, inside: string): DeclarationFile | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const foundAt = join(at, "node_modules", name);
    const file = readPackageFile(join(foundAt, "package.json"));
    const path = realPath(foundAt);
    if (file && path !== undefined)
      return firstIn({ path, foundAt }, declarationPaths(file, inside));
    if (dirname(at) === at) return undefined;
  }
}

/** The first of these paths in a package that is a file, and really lies in it. */
function firstIn(home: PackageHome, paths: readonly string[]): DeclarationFile | undefined {
  for (const each of paths) {
    const path = realPath(join(home.path, each));
    if (path === undefined || !isInside(path, home.path) || !isFile(path)) continue;
    return { path, foundAt: join(home.foundAt, each), home };
  }
  return undefined;
}

/** Undefined where nothing is. */
function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

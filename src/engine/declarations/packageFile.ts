import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import { exports as exported } from "resolve.exports";
import * as z from "zod/mini";
import { mostFileBytes } from "../learnable.ts";

/** What is no text is as good as missing. */
const textOrNone = z.catch(z.optional(z.string()), undefined);

/** What a package says of where its declarations are. */
const packageSchema = z.object({
  name: textOrNone,
  types: textOrNone,
  typings: textOrNone,
  main: textOrNone,
  exports: z.optional(z.json()),
});

/** A pipe must not be waited for. */
const flags = constants.O_RDONLY | constants.O_NONBLOCK;
/** Names of files with one star at most. Others would be taken for an expression, which may take for ever. */
const plainKey = /^\.[\w./@~-]*(?:\*[\w./@~-]*)?$/;

export type PackageFile = z.infer<typeof packageSchema>;

/** What a `package.json` says; undefined where there is none, or none that can be read. Blocks. */
export function readPackageFile(path: string): PackageFile | undefined {
  let file: number | undefined;
  try {
    file = openSync(path, flags);
    const stats = fstatSync(file);
    if (!stats.isFile() || stats.size > mostFileBytes) return undefined;
    return packageSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** Where a package may have the declarations of a file in it ("." for all of it), relative to it, the likeliest first. */
export function declarationPaths(file: PackageFile, inside: string): readonly string[] {
  const paths = exportedPaths(file, inside).flatMap(declarationsBeside);
  if (inside !== ".") return [...paths, ...declarationsBeside(inside)];
  const named = [file.types, file.typings].flatMap((path) => path ?? []);
  const beside = file.main === undefined ? [] : declarationsBeside(file.main);
  return [...paths, ...named.flatMap(declarationsBeside), ...beside, "index.d.ts"];
}

/** By TypeScript's conditions. */
function exportedPaths({ name, exports: all }: PackageFile, inside: string): readonly string[] {
  if (all === undefined || all === null) return [];
  try {
    return exported({ name, exports: withPlainKeys(all) }, inside, { conditions: ["types"] }) ?? [];
  } catch {
    return []; // it exports no such file
  }
}

/** Without the paths of a package's exports that are no names of files. */
function withPlainKeys(all: NonNullable<PackageFile["exports"]>): typeof all {
  if (typeof all !== "object" || Array.isArray(all)) return all;
  const isOdd = (key: string) => key.startsWith(".") && !plainKey.test(key);
  return Object.fromEntries(Object.entries(all).filter(([key]) => !isOdd(key)));
}

/** The names the declarations of a file may have: its own, or that of the program beside them. */
export function declarationsBeside(path: string): readonly string[] {
  if (/\.d\.[cm]?ts$/.test(path)) return [path];
  const program = /^(.*)\.([cm]?)[jt]sx?$/.exec(path);
  if (program) return [`${program[1]}.d.${program[2]}ts`];
  return [`${path}.d.ts`, `${path}/index.d.ts`, `${path}.d.mts`, `${path}/index.d.mts`];
}

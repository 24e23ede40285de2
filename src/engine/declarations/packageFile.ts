import { readFileSync } from "node:fs";
import { exports as exported } from "resolve.exports";
import * as z from "zod/mini";

/** What a package says of where its declarations are. */
const packageSchema = z.object({
  name: z.optional(z.string()),
  types: z.optional(z.string()),
  typings: z.optional(z.string()),
  main: z.optional(z.string()),
  exports: z.optional(z.json()),
});

export type PackageFile = z.infer<typeof packageSchema>;

/** What a `package.json` says; undefined where there is none, or none that can be read. Blocks. */
export function readPackageFile(path: string): PackageFile | undefined {
  try {
    return packageSchema.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return undefined;
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
function exportedPaths(file: PackageFile, inside: string): readonly string[] {
  if (file.exports === undefined || file.exports === null) return [];
  try {
    return exported(file, inside, { conditions: ["types"] }) ?? [];
  } catch {
    return []; // it exports no such file
  }
}

/** The names the declarations of a file may have: its own, or that of the program beside them. */
export function declarationsBeside(path: string): readonly string[] {
  if (/\.d\.[cm]?ts$/.test(path)) return [path];
  const program = /^(.*)\.([cm]?)[jt]sx?$/.exec(path);
  if (program) return [`${program[1]}.d.${program[2]}ts`];
  return [`${path}.d.ts`, `${path}/index.d.ts`, `${path}.d.mts`, `${path}/index.d.mts`];
}

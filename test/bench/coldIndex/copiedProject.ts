import { copyFileSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import {
  isWorthLearning,
  isWorthWalking,
  mostFileBytes,
  sourceText,
} from "../../../src/engine/learnable.ts";
import { scratchFolder } from "../../editor/workbench.ts";

/** A project folder, and what of it there is to learn. */
export interface CopiedProject {
  readonly folder: string;
  /** Absolute. */
  readonly files: readonly string[];
  readonly megabytes: number;
}

const modules = join(import.meta.dirname, "../../../node_modules");
/** Packages with sources that people have written. */
const packages = ["@types/node", "eslint", "mocha", "undici"];
const sourceName = /\.[cm]?[jt]s$/;

/** Copies the sources of a few packages to `src` in a folder that is removed when the process ends. */
export function copyProject(): CopiedProject {
  const folder = scratchFolder();
  const files: string[] = [];
  let bytes = 0;
  for (const name of packages) {
    for (const path of sourcesIn(join(modules, name))) {
      const to = join(folder, "src", path.slice(modules.length + 1));
      mkdirSync(dirname(to), { recursive: true });
      copyFileSync(path, to);
      files.push(to);
      bytes += statSync(to).size;
    }
  }
  return { folder, files, megabytes: bytes / 1e6 };
}

function sourcesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return isWorthWalking(entry.name) ? sourcesIn(path) : [];
    if (!entry.isFile() || !sourceName.test(entry.name) || !isWorthLearning(path)) return [];
    const isSource =
      statSync(path).size <= mostFileBytes && sourceText(readFileSync(path)) !== undefined;
    return isSource ? [path] : [];
  });
}

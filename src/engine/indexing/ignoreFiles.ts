import { readFileSync } from "node:fs";
import { access, readFile } from "node:fs/promises";
import { join } from "node:path";
import { ignoreFileNames } from "../../privacy/ignoreRules.ts";
import type { IgnoreFileReader } from "../../privacy/readRules.ts";
import { ruleText } from "../../privacy/ruleText.ts";

const absent = new Set(["ENOENT", "ENOTDIR", "EISDIR"]);

/** Reads ignore files from disk. */
export const ignoreFilesOnDisk: IgnoreFileReader = {
  async read(path) {
    try {
      return ruleText(await readFile(path));
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw error;
    }
  },
  exists: (path) =>
    access(path).then(
      () => true,
      () => false,
    ),
};

/** The text of the `.slipstreamignore` in a folder, which forbids all where it cannot be read; undefined where there is none. Blocks. */
export function slipstreamRulesIn(folder: string): string | undefined {
  try {
    return ruleText(readFileSync(join(folder, ignoreFileNames.slipstream)));
  } catch (error) {
    return isAbsent(error) ? undefined : "*";
  }
}

const isAbsent = (error: unknown): boolean =>
  absent.has((error as NodeJS.ErrnoException).code ?? "");

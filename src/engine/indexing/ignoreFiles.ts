import { access, readFile } from "node:fs/promises";
import type { IgnoreFileReader } from "../../privacy/readRules.ts";

const absent = new Set(["ENOENT", "ENOTDIR", "EISDIR"]);

/** Reads ignore files from disk. */
export const ignoreFilesOnDisk: IgnoreFileReader = {
  async read(path) {
    try {
      return await readFile(path, "utf8");
    } catch (error) {
      if (absent.has((error as NodeJS.ErrnoException).code ?? "")) return undefined;
      throw error;
    }
  },
  exists: (path) =>
    access(path).then(
      () => true,
      () => false,
    ),
};

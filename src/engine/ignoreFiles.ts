import { access, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type IgnoreFileKind, ignoreFileNames, type IgnoreRules } from "../privacy/ignoreRules.ts";

/** Reads the ignore files that stand in a folder into the rules; those that are not there add nothing. */
export async function addIgnoreFiles(rules: IgnoreRules, folder: string): Promise<void> {
  for (const kind of Object.keys(ignoreFileNames) as IgnoreFileKind[]) {
    const text = await readFile(join(folder, ignoreFileNames[kind]), "utf8").catch(() => undefined);
    if (text !== undefined) rules.add({ kind, folder, text });
  }
}

/** Reads those of the folders above too, up to the top of the repository, for they hold as well. */
export async function addIgnoreFilesAbove(rules: IgnoreRules, folder: string): Promise<void> {
  const above: string[] = [];
  let at = folder;
  while (!(await isRepository(at))) {
    const parent = dirname(at);
    if (parent === at) return;
    above.push(parent);
    at = parent;
  }
  for (const each of above) await addIgnoreFiles(rules, each);
}

function isRepository(folder: string): Promise<boolean> {
  return access(join(folder, ".git")).then(
    () => true,
    () => false,
  );
}

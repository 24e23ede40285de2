import { ignoreFileNames, type IgnoreFileKind, type IgnoreRules } from "./ignoreRules.ts";

/** How the caller reaches files; this folder reads none itself. Paths have forward slashes. */
export interface IgnoreFileReader {
  /** The text of a file; undefined when there is none. Throws when it is there and cannot be read. */
  read(path: string): Promise<string | undefined>;
  exists(path: string): Promise<boolean>;
}

const allKinds = Object.keys(ignoreFileNames) as IgnoreFileKind[];

/** Adds the ignore files that stand in one folder. One that cannot be read ignores all below it. */
export async function addRulesIn(
  rules: IgnoreRules,
  folder: string,
  reader: IgnoreFileReader,
  kinds: readonly IgnoreFileKind[] = allKinds,
): Promise<void> {
  await Promise.all(
    kinds.map(async (kind) => {
      const path = `${folder.replace(/\/$/, "")}/${ignoreFileNames[kind]}`;
      const text = await reader.read(path).catch(() => "*");
      if (text !== undefined) rules.add({ kind, folder, text });
    }),
  );
}

/**
 * Adds the ignore files that hold for a folder: those in it and above it. Git's reach up to the top of the
 * repository, or of `workspace` where there is none; ours up to the root, since they only ever forbid.
 */
export async function addRulesFor(
  rules: IgnoreRules,
  folder: string,
  workspace: string,
  reader: IgnoreFileReader,
): Promise<void> {
  const folders = withParents(folder);
  const repositories = await Promise.all(folders.map((each) => reader.exists(`${each}/.git`)));
  const top = repositories.indexOf(true);
  const gitTop = top >= 0 ? top : Math.max(0, folders.indexOf(workspace));
  await Promise.all(
    folders.map((each, index) =>
      addRulesIn(rules, each, reader, index <= gitTop ? allKinds : ["slipstream"]),
    ),
  );
}

/** A folder and all above it, the deepest first; the root is the empty string. */
function withParents(folder: string): string[] {
  const folders = [folder.replace(/\/$/, "")];
  for (let at = folders[0] ?? ""; at.includes("/");) {
    at = at.slice(0, at.lastIndexOf("/"));
    folders.push(at);
  }
  return folders;
}

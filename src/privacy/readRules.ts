import { readGitExclude } from "./gitExclude.ts";
import { ignoreFileNames, type IgnoreFileKind, type IgnoreRules } from "./ignoreRules.ts";

/** How the caller reaches files; this folder reads none itself. Paths have forward slashes. */
export interface IgnoreFileReader {
  /** The text of a file; undefined when there is none. Throws when it is there and cannot be read. */
  read(path: string): Promise<string | undefined>;
  /** Throws when nobody can say. */
  exists(path: string): Promise<boolean>;
  /** Set where the first part of each path is a network share, whose host the reader knows. */
  readonly isOnShare?: boolean;
}

const allKinds = Object.keys(ignoreFileNames) as IgnoreFileKind[];

/**
 * Adds the ignore files that stand in one folder. One that cannot be read ignores all below it. Returns whether all could
 * be read.
 */
export async function addRulesIn(
  rules: IgnoreRules,
  folder: string,
  reader: IgnoreFileReader,
  kinds: readonly IgnoreFileKind[] = allKinds,
): Promise<boolean> {
  let isCertain = true;
  await Promise.all(
    kinds.map(async (kind) => {
      const read = async (path: string) => reader.read(path);
      const top = folder.replace(/\/$/, "");
      const found =
        kind === "git-exclude"
          ? readGitExclude(top, read)
          : read(`${top}/${ignoreFileNames[kind]}`);
      const text = await found.catch(() => {
        isCertain = false;
        return "*";
      });
      if (text !== undefined) rules.add({ kind, folder, text });
    }),
  );
  return isCertain;
}

/**
 * Adds the ignore files that hold for a folder: those in it and above it. Git's reach up to the top of the
 * repository, or of `workspace` where there is none; ours up to the root, since they only ever forbid. Returns whether
 * all that counts could be read: if not, more is forbidden than may need be, and another look is worth while.
 */
export async function addRulesFor(
  rules: IgnoreRules,
  folder: string,
  workspace: string,
  reader: IgnoreFileReader,
): Promise<boolean> {
  const folders = withParents(folder, reader.isOnShare ? /^\/[^/]+$/ : namedShare);
  const gitTop = await topOf(folders, workspace, reader);
  const read = await Promise.all(
    folders.map((each, index) =>
      addRulesIn(
        rules,
        each,
        reader,
        index <= (gitTop ?? folders.length) ? allKinds : ["slipstream"],
      ),
    ),
  );
  return gitTop !== undefined && !read.includes(false);
}

/** The index of the folder that git's rules reach up to; undefined where nobody can say. */
async function topOf(
  folders: readonly string[],
  workspace: string,
  reader: IgnoreFileReader,
): Promise<number | undefined> {
  try {
    const repositories = await Promise.all(folders.map((each) => reader.exists(`${each}/.git`)));
    const top = repositories.indexOf(true);
    return top >= 0 ? top : Math.max(0, folders.indexOf(workspace));
  } catch {
    return undefined;
  }
}

/** As in `//host/share`. The host has files in no other place, and answers a question about one with an error. */
const namedShare = /^\/\/[^/]+\/[^/]+$/;

/** A folder and all above it, the deepest first, up to the share; the root is the empty string. */
function withParents(folder: string, share: RegExp): string[] {
  const folders = [folder.replace(/\/$/, "")];
  for (let at = folders[0] ?? ""; at.includes("/") && !share.test(at);) {
    at = at.slice(0, at.lastIndexOf("/"));
    folders.push(at);
  }
  return folders;
}

import { type Dirent, lstatSync, readdirSync, type Stats } from "node:fs";
import { basename, dirname, join, sep } from "node:path";
import { ignoreFileNames, type IgnoreRules, newRules } from "../../privacy/ignoreRules.ts";
import { addRulesFor, addRulesIn } from "../../privacy/readRules.ts";
import { ignoreFilesOnDisk } from "./ignoreFiles.ts";
import { isWorthLearning, isWorthWalking, mostFileBytes } from "../learnable.ts";
import { SkipCounter } from "./skipped.ts";
import type { FileStamp } from "./sourceFile.ts";

/** A workspace folder. Its files are learned under `name/path/in/it` with forward slashes. */
export interface ProjectRoot {
  readonly name: string;
  readonly folder: string;
}

/** A file that may be learned. */
export interface FoundFile extends FileStamp {
  readonly path: string;
  /** What it is learned under. */
  readonly key: string;
}

/** What there is to learn at one place of the project. */
export interface Found {
  /** Of the place. What was learned under it, or under it and a slash, and is not in `files`, is no more. */
  readonly key: string;
  readonly files: readonly FoundFile[];
  /** True where the place is or was a folder. */
  readonly isFolder: boolean;
}

/** Someone may open a home folder: a walk ends even where it finds little to learn. */
const mostEntries = 200_000;
/** When these change, all files may have changed, or what is allowed with them. */
const decisive = new Set<string>([...Object.values(ignoreFileNames), ".git/HEAD"]);

/**
 * The files of the project that privacy and common sense leave to be learned. Blocks while it reads folders;
 * never throws: what cannot be read is counted and left out.
 */
export class ProjectFiles {
  readonly #roots: readonly ProjectRoot[];
  /** The folders whose ignore files are known. */
  readonly #walked = new Set<string>();
  #rules = newRules();

  constructor(roots: readonly ProjectRoot[]) {
    this.#roots = roots;
  }

  /** All files, the nearest to the roots first, by the ignore files as they are now. */
  async all(skipped: SkipCounter): Promise<FoundFile[]> {
    this.#rules = newRules();
    this.#walked.clear();
    const files: FoundFile[] = [];
    for (const root of this.#roots) {
      const folder = withSlashes(root.folder);
      await addRulesFor(this.#rules, folder, folder, ignoreFilesOnDisk);
      files.push(...(await this.#walk(root, root.folder, skipped)));
    }
    return files;
  }

  /** Whether a change at a path means that everything must be looked at again: a root's, or of what it lies in, too. */
  isDecisive(path: string): boolean {
    if (this.#roots.some(({ folder }) => isInside(folder, path))) return true;
    const slashed = withSlashes(path);
    return [...decisive].some((ending) => slashed.endsWith(`/${ending}`));
  }

  /** The folder in which a file is that is learned under this key; undefined where it is in none of the roots. */
  folderOf(key: string): string | undefined {
    const roots = this.#roots.filter(({ name }) => key.startsWith(`${name}/`));
    const root = roots.sort((a, b) => b.name.length - a.name.length)[0];
    if (!root) return undefined;
    const path = join(root.folder, key.slice(root.name.length + 1));
    return isInside(path, root.folder) ? dirname(path) : undefined;
  }

  /** Whether our own rules in a folder are known, if there are any: walks come to it, or it is above the roots. */
  knowsRulesIn(folder: string): boolean {
    return this.#walked.has(folder) || this.#roots.some((root) => isInside(root.folder, folder));
  }

  /** Whether rules forbid a file that is asked for by its name, though it is no file of the project. */
  isForbidden(path: string): boolean {
    return this.#rules.verdict(path) === "never";
  }

  /** What there is at a path now; undefined where nothing is learned. */
  async at(path: string): Promise<Found | undefined> {
    // Folders of a workspace may lie in one another: a file belongs to the innermost, as it does for the editor.
    const around = this.#roots.filter(({ folder }) => isInside(path, folder));
    const root = around.sort((a, b) => b.folder.length - a.folder.length)[0];
    if (!root) return undefined;
    const place = this.#unknownFolderOn(root, path) ?? path;
    const key = keyOf(root, place);
    const stats = statsOf(place);
    const isFolder = stats?.isDirectory() === true;
    const wasFolder = this.#walked.has(place);
    if (!stats) this.#walked.delete(place);
    if (!stats || !isOpen(place, isFolder, this.#rules, root)) {
      return { key, files: [], isFolder: wasFolder };
    }
    const nobody = new SkipCounter();
    if (isFolder) return { key, files: await this.#walk(root, place, nobody), isFolder };
    return { key, files: this.#file(root, place, nobody), isFolder: wasFolder };
  }

  /** The highest folder on the way to a path that no walk has been in. */
  #unknownFolderOn(root: ProjectRoot, path: string): string | undefined {
    for (let end = path.indexOf(sep, root.folder.length + 1); end >= 0;) {
      const folder = path.slice(0, end);
      if (!this.#walked.has(folder)) return folder;
      end = path.indexOf(sep, end + 1);
    }
    return undefined;
  }

  /** Level by level, so that the bounds cut off what lies deepest. */
  async #walk(root: ProjectRoot, top: string, skipped: SkipCounter): Promise<FoundFile[]> {
    const files: FoundFile[] = [];
    const folders = [top];
    let visited = 0;
    for (const [index, folder] of folders.entries()) {
      if (visited > mostEntries) {
        skipped.add("many", folders.length - index);
        break;
      }
      const entries = entriesOf(folder, skipped);
      if (!entries) continue;
      visited += entries.length;
      await this.#readRules(folder, entries);
      for (const entry of entries) {
        const path = join(folder, entry.name);
        if (!entry.isDirectory()) files.push(...this.#file(root, path, skipped));
        else if (this.#roots.some((each) => each.folder === path))
          continue; // its files have its name
        else if (!isWorthWalking(entry.name)) skipped.add("name");
        else if (this.#rules.folderVerdict(path) !== "open") skipped.add("ignored");
        else folders.push(path);
      }
    }
    return files;
  }

  async #readRules(folder: string, entries: readonly Dirent[]): Promise<void> {
    this.#walked.add(folder);
    const names = new Set(entries.map(({ name }) => name));
    const kinds = (["git", "git-exclude", "slipstream"] as const).filter((kind) =>
      names.has(ignoreFileNames[kind].split("/")[0] ?? ""),
    );
    if (kinds.length > 0)
      await addRulesIn(this.#rules, withSlashes(folder), ignoreFilesOnDisk, kinds);
  }

  /** The file at a path as a list of one, or none where it is not to be learned. */
  #file(root: ProjectRoot, path: string, skipped: SkipCounter): FoundFile[] {
    const stats = isWorthLearning(path) ? statsOf(path) : undefined;
    if (!isWorthLearning(path)) skipped.add("name");
    else if (!stats) skipped.add("gone");
    else if (stats.isSymbolicLink()) skipped.add("link");
    else if (!stats.isFile()) skipped.add("no file");
    else if (stats.size > mostFileBytes) skipped.add("large");
    else if (this.#rules.verdict(path) !== "open") skipped.add("ignored");
    else {
      const stamp = { sizeBytes: stats.size, modifiedMs: stats.mtimeMs };
      return [{ path, key: keyOf(root, path), ...stamp }];
    }
    return [];
  }
}

/** In an order that stays the same; undefined where the folder cannot be read. */
function entriesOf(folder: string, skipped: SkipCounter): Dirent[] | undefined {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    skipped.add("unreadable");
    return undefined;
  }
}

/** Of the path itself, not of what a link leads to. */
function statsOf(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch {
    return undefined;
  }
}

/** Whether the rules leave a path open; a walk asks them for each folder on its way. */
function isOpen(path: string, isFolder: boolean, rules: IgnoreRules, root: ProjectRoot): boolean {
  if (path === root.folder || !isFolder) return true; // a file is asked about when it is found
  return isWorthWalking(basename(path)) && rules.folderVerdict(path) === "open";
}

/** Whether a path is a folder or lies in it; both normal. */
export const isInside = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);

function keyOf(root: ProjectRoot, path: string): string {
  const inside = withSlashes(path.slice(root.folder.length)).replace(/^\//, "");
  return inside === "" ? root.name : `${root.name}/${inside}`;
}

/** A path as rules and keys have it. */
export const withSlashes = (path: string): string =>
  sep === "/" ? path : path.replaceAll(sep, "/");

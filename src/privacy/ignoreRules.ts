import ignore, { type Ignore } from "ignore";
import { isSensitivePath } from "./sensitiveFiles.ts";

/**
 * What may happen with a file. `open`: everything. `git-ignored`: completed in from the open document
 * alone, never sent to another machine, never learned. `never`: none of the three.
 */
export type Verdict = "open" | "git-ignored" | "never";

/**
 * The names of the ignore files to read in each folder. `git-exclude` stands in `.git/info/exclude`, or
 * where `gitExclude.ts` finds it, and is given with the folder that holds `.git`.
 */
export const ignoreFileNames = {
  git: ".gitignore",
  "git-exclude": ".git/info/exclude",
  slipstream: ".slipstreamignore",
} as const;

export type IgnoreFileKind = keyof typeof ignoreFileNames;

/** One ignore file as the caller read it. */
export interface IgnoreFile {
  readonly kind: IgnoreFileKind;
  /** The folder it holds for, absolute or in the same form as the paths asked about. */
  readonly folder: string;
  readonly text: string;
}

/**
 * The ignore files of a tree, and the verdict on its paths by the rules of git: a deeper file overrides
 * a shallower one, and nothing comes back out of an ignored folder. Files may be added in any order and
 * replaced by adding them again; those standing above a workspace folder count too.
 */
export class IgnoreRules {
  readonly #isCaseIgnored: boolean;
  readonly #files = new Map<string, Ignore>();
  readonly #chains = new Map<string, Ignore>();

  /** `isCaseIgnored` is true where the file system ignores case, as git is set up there. */
  constructor(isCaseIgnored = false) {
    this.#isCaseIgnored = isCaseIgnored;
  }

  add(file: IgnoreFile): void {
    const folder = normalise(file.folder);
    const rules = file.text.replace(/^\uFEFF/, "").split(/\r?\n/);
    const patterns = rules.flatMap((rule) => anchored(rule, folder));
    this.#files.set(`${file.kind}:${folder}`, this.#list().add(patterns));
    this.#chains.clear();
  }

  /** Forgets one ignore file, for when it is deleted. */
  remove(kind: IgnoreFileKind, folder: string): void {
    this.#files.delete(`${kind}:${normalise(folder)}`);
    this.#chains.clear();
  }

  /** The verdict on a file. */
  verdict(path: string): Verdict {
    const normal = normalise(path);
    return isSensitivePath(path) ? "never" : this.#verdictOn(normal, normal);
  }

  /** The verdict on all that a folder holds; a walk does not enter a folder that is not `open`. */
  folderVerdict(folder: string): Verdict {
    const normal = normalise(folder);
    return normal === "" ? "open" : this.#verdictOn(normal, `${normal}/`);
  }

  #verdictOn(normal: string, asked: string): Verdict {
    if (normal === "") return "open";
    const parent = parentOf(normal);
    if (this.#chain("slipstream", parent).ignores(asked)) return "never";
    return this.#chain("git", parent).ignores(asked) ? "git-ignored" : "open";
  }

  /** All rules that hold in a folder, weakest first. */
  #chain(kind: "git" | "slipstream", folder: string): Ignore {
    const key = `${kind}:${folder}`;
    const known = this.#chains.get(key);
    if (known) return known;
    const above = folder === "" ? undefined : this.#chain(kind, parentOf(folder));
    const own = this.#files.get(key);
    const excluded = kind === "git" ? this.#files.get(`git-exclude:${folder}`) : undefined;
    const chain = above && !own && !excluded ? above : this.#joined(above, excluded, own);
    this.#chains.set(key, chain);
    return chain;
  }

  #joined(...parts: (Ignore | undefined)[]): Ignore {
    const list = this.#list();
    for (const part of parts) if (part) list.add(part);
    return list;
  }

  #list(): Ignore {
    return ignore({ ignoreCase: this.#isCaseIgnored, allowRelativePaths: true });
  }
}

/** None yet; matched as git is set up where the file system of this machine ignores case. */
export const newRules = (): IgnoreRules =>
  new IgnoreRules(process.platform === "win32" || process.platform === "darwin");

/** Forward slashes, no drive colon, no empty, `.` or `..` parts: the form the package matches on. */
function normalise(path: string): string {
  const parts: string[] = [];
  for (const part of path.replaceAll("\\", "/").split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  if (parts[0] && /^[a-z]:$/i.test(parts[0])) parts[0] = parts[0].slice(0, 1).toLowerCase();
  return parts.join("/");
}

function parentOf(normal: string): string {
  return normal.slice(0, Math.max(0, normal.lastIndexOf("/")));
}

/**
 * Rewrites a rule of a nested file as a rule of the top. All rules can then stand in one list, where
 * the last match decides, which is what git does from the top down to the deepest file.
 */
function anchored(rule: string, folder: string): string[] {
  const trimmed = withoutTrailingSpaces(rule);
  if (trimmed === "" || trimmed.startsWith("#")) return [];
  const isNegative = trimmed.startsWith("!");
  const body = isNegative ? trimmed.slice(1) : trimmed;
  const path = body.startsWith("/") ? body.slice(1) : body;
  if (path === "" || path === "/") return [];
  const isAnchored = body.slice(0, -1).includes("/");
  const top = folder === "" ? "/" : `/${folder.replace(/[\\*?[\]!# ]/g, "\\$&")}/`;
  return [`${isNegative ? "!" : ""}${top}${isAnchored ? "" : "**/"}${path}`];
}

/** Git keeps a space at the end only behind a backslash. */
function withoutTrailingSpaces(rule: string): string {
  const match = /^(.*?)( *)$/s.exec(rule);
  const kept = match?.[1] ?? rule;
  const backslashes = /\\*$/.exec(kept)?.[0].length ?? 0;
  return backslashes % 2 === 1 && kept.length < rule.length ? `${kept} ` : kept;
}

import { execFileSync } from "node:child_process";

/** A run of lines that a commit put in the place of others. Lines count from 0 in the new file. */
export interface Hunk {
  readonly startLine: number;
  readonly lines: readonly string[];
}

/** What a commit did to one file that it left there. */
export interface ChangedFile {
  readonly path: string;
  readonly hunks: readonly Hunk[];
}

/** A commit with the lines it added and those it took away. */
export interface Commit {
  readonly id: string;
  readonly parent: string;
  readonly files: readonly ChangedFile[];
  readonly addedLines: number;
  /** Without the blanks at their ends, of all files together. */
  readonly deletedLines: ReadonlySet<string>;
}

const mostBytes = 1 << 30;

/** The history of a git repository on this machine, bare or not. Read only. */
export class GitHistory {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The newest commits with one parent, the newest first. */
  *commits(): Generator<Commit> {
    const list = this.#git(["rev-list", "--no-merges", "--parents", "HEAD"]).toString();
    for (const line of list.split("\n")) {
      const [id, parent] = line.split(" ");
      if (id && parent) yield this.#commit(id, parent);
    }
  }

  /** The files of a commit: the object of each path. Submodules and links are left out. */
  filesOf(commit: string): Map<string, string> {
    const entries = this.#git(["ls-tree", "-r", "-z", commit]).toString().split("\0");
    return new Map(
      entries.flatMap((entry): [string, string][] => {
        const [, mode, object, path] = /^(\d+) blob (\w+)\t([^]+)$/.exec(entry) ?? [];
        return object && path && mode !== "120000" ? [[path, object]] : [];
      }),
    );
  }

  /** The bytes of objects, in their order. */
  read(objects: readonly string[]): Buffer[] {
    if (objects.length === 0) return [];
    const bytes = this.#git(["cat-file", "--batch"], `${objects.join("\n")}\n`);
    let at = 0;
    return objects.map(() => {
      const headEnd = bytes.indexOf("\n", at);
      const size = Number(bytes.toString("utf8", at, headEnd).split(" ")[2]);
      at = headEnd + 1 + size + 1;
      return bytes.subarray(headEnd + 1, headEnd + 1 + size);
    });
  }

  #commit(id: string, parent: string): Commit {
    const flags = ["-p", "-U0", "--no-renames", "--no-color", "--no-ext-diff", "--no-textconv"];
    const files: { path: string; hunks: { startLine: number; lines: string[] }[] }[] = [];
    const deletedLines = new Set<string>();
    let addedLines = 0;
    for (const line of this.#git(["diff-tree", ...flags, parent, id])
      .toString()
      .split("\n")) {
      const [, path] = /^\+\+\+ b\/(.*?)\t?$/.exec(line) ?? [];
      const [, start] = /^@@ -\S+ \+(\d+)/.exec(line) ?? [];
      if (path !== undefined) files.push({ path, hunks: [] });
      else if (start !== undefined) files.at(-1)?.hunks.push({ startLine: +start - 1, lines: [] });
      else if (line.startsWith("+++ ")) files.push({ path: "", hunks: [] });
      else if (line.startsWith("-")) deletedLines.add(line.slice(1).trim());
      else if (line.startsWith("+")) {
        files.at(-1)?.hunks.at(-1)?.lines.push(line.slice(1));
        addedLines++;
      }
    }
    const kept = files.filter(({ path }) => path !== "");
    return { id, parent, files: kept, addedLines, deletedLines };
  }

  #git(args: readonly string[], input?: string): Buffer {
    return execFileSync("git", ["-C", this.#folder, ...args], {
      input,
      maxBuffer: mostBytes,
      stdio: ["pipe", "pipe", "ignore"],
    });
  }
}

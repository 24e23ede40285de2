import { execFileSync } from "node:child_process";
import { isWorthLearning, sourceText } from "../../../src/engine/learnable.ts";
import { GitHistory } from "../engine/gitHistory.ts";
import type { ProjectFile } from "./stage.ts";

/**
 * The files of a project as they were before one of them was first committed: what an engine may know while that one
 * is written. Empty where the history does not reach so far back, or the file has none.
 */
export function projectBefore(folder: string, path: string): ProjectFile[] {
  const history = new GitHistory(folder);
  const parent = parentOfFirst(folder, path);
  if (parent === undefined) return [];
  const files = [...history.filesOf(parent)].filter(([each]) => isWorthLearning(each));
  const contents = history.read(files.map(([, object]) => object));
  return files.flatMap(([each], index) => {
    const text = sourceText(contents[index] ?? new Uint8Array());
    return text === undefined ? [] : [{ path: each, text }];
  });
}

/** The commit before the one that brought a file. */
function parentOfFirst(folder: string, path: string): string | undefined {
  const args = ["log", "--diff-filter=A", "--format=%P", "--", path];
  const parents = execFileSync("git", ["-C", folder, ...args], { encoding: "utf8" });
  return /(\w+)[^\n]*\n?$/.exec(parents)?.[1];
}

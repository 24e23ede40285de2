import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { Unusable } from "./modelMessages.ts";

const npmTimeoutMs = 20_000;

/**
 * The address at which `import()` finds node-llama-cpp: from a folder as a program in it would, or, where none is
 * named, in npm's global one. Throws `Unusable`.
 */
export async function findPackage(folder: string): Promise<string> {
  const from = folder === "" ? await globalFolder() : folder;
  if (!isAbsolute(from)) throw new Unusable("no-package", `in ${from}, which is no absolute path`);
  try {
    // Its file need not be there: only the folder counts.
    const path = createRequire(join(from, "program.js")).resolve("node-llama-cpp");
    return pathToFileURL(path).href;
  } catch {
    throw new Unusable("no-package", `in ${from}`);
  }
}

async function globalFolder(): Promise<string> {
  try {
    // Not where we stand: a project may have settings of its own for npm.
    const options = { cwd: homedir(), timeout: npmTimeoutMs, shell: process.platform === "win32" };
    const { stdout } = await promisify(execFile)("npm", ["root", "--global"], options);
    return stdout.trim();
  } catch {
    throw new Unusable("no-package", "globally, since npm is not on the PATH");
  }
}

import { readFileSync } from "node:fs";
import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { Script } from "node:vm";
import { crc32 } from "node:zlib";

/** A bundle that has been loaded. */
export interface LoadedBundle {
  readonly exports: unknown;
  /** Whether it had not to be compiled. */
  readonly isCached: boolean;
  /**
   * Keeps what the engine has compiled by now for the next start, where that is not kept already, and removes what was kept of
   * other bundles. Takes some milliseconds of the thread. Rejects where the folder cannot be written.
   */
  keep(): Promise<void>;
}

const checkBytes = 4;

/**
 * Loads a CommonJS bundle with the code that V8 made of it at an earlier start; to compile it takes longer than all else at a
 * start. The engine itself looks at its version and flags and at the length of the source alone: `cacheFile` must be this
 * bundle's own, in a folder of its own. What is missing or damaged there counts for nothing.
 */
export function loadBundle(file: string, cacheFile: string, require: NodeJS.Require): LoadedBundle {
  const cachedData = kept(cacheFile);
  const source = readFileSync(file, "utf8");
  const script = new Script(
    `(function (exports, require, module, __filename, __dirname) {${source}\n})`,
    {
      filename: file,
      ...(cachedData && { cachedData }),
    },
  );
  const isCached = cachedData !== undefined && script.cachedDataRejected === false;
  const module = { exports: {} };
  const run = script.runInThisContext() as (...scope: unknown[]) => void;
  run(module.exports, require, module, file, dirname(file));
  return {
    exports: module.exports,
    isCached,
    keep: async () => {
      if (!isCached) await write(cacheFile, script.createCachedData());
    },
  };
}

function kept(cacheFile: string): Buffer | undefined {
  try {
    const bytes = readFileSync(cacheFile);
    const data = bytes.subarray(0, -checkBytes);
    return crc32(data) === bytes.readUInt32LE(data.length) ? data : undefined;
  } catch {
    return undefined; // the first start of this version
  }
}

/** Windows may write at the same time: each writes a file of its own, which takes the place of what is there. */
async function write(cacheFile: string, data: Buffer): Promise<void> {
  const folder = dirname(cacheFile);
  await mkdir(folder, { recursive: true });
  for (const name of await readdir(folder)) {
    if (name !== basename(cacheFile)) await rm(join(folder, name), { force: true });
  }
  const check = Buffer.alloc(checkBytes);
  check.writeUInt32LE(crc32(data));
  const ownFile = `${cacheFile}.${process.pid}`;
  await writeFile(ownFile, Buffer.concat([data, check]));
  await rename(ownFile, cacheFile);
}

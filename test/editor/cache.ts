/**
 * The folder, outside the clone, for what is installed once per machine: the editor and, where
 * none is installed, a browser. Entries appear in it whole or not at all.
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";

/** SLIPSTREAM_CACHE, else `slipstream` in the system's cache folder. An empty or relative XDG_CACHE_HOME is none, by its specification. */
export function cacheDir(): string {
  const { SLIPSTREAM_CACHE, XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (SLIPSTREAM_CACHE) return resolve(SLIPSTREAM_CACHE);
  const base = process.platform === "win32" ? LOCALAPPDATA : XDG_CACHE_HOME;
  return join(base && isAbsolute(base) ? base : join(homedir(), ".cache"), "slipstream");
}

/** One thing that is kept in the cache. */
export interface CacheEntry {
  /** Folder name; holds the version, so that a new version is a new entry. */
  readonly name: string;
  /** What the user is told while it is made. */
  readonly title: string;
  /** Fills the (empty, temporary) folder. */
  readonly fill: (folder: string) => Promise<void>;
}

/**
 * The folder of an entry, made first if it is missing. It is filled under another name and then
 * renamed: an interrupted run leaves nothing half-made, and of two runs at once the first one wins.
 */
export async function cached(entry: CacheEntry): Promise<string> {
  const target = join(cacheDir(), entry.name);
  if (existsSync(target)) return target;
  await mkdir(cacheDir(), { recursive: true });
  await removeLeftovers(entry.name);
  const work = `${target}.tmp-${process.pid}`;
  await mkdir(work);
  try {
    await withProgress(entry.title, () => entry.fill(work));
    await rename(work, target);
  } catch (error) {
    if (!existsSync(target)) throw error;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return target;
}

/** Removes what killed runs left: temporary folders whose process is gone. */
async function removeLeftovers(name: string): Promise<void> {
  for (const found of await readdir(cacheDir())) {
    if (!found.startsWith(`${name}.tmp-`) || isAlive(Number(found.split("-").at(-1)))) continue;
    await rm(join(cacheDir(), found), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

const PROGRESS_EVERY_MS = 15_000;

/** Says what is going on, every 15 s that it still is, and how long it took. On stderr. */
async function withProgress<T>(title: string, work: () => Promise<T>): Promise<T> {
  const startedAt = performance.now();
  const seconds = (): number => Math.round((performance.now() - startedAt) / 1000);
  process.stderr.write(`${title}...\n`);
  const timer = setInterval(
    () => process.stderr.write(`  ${seconds()} s so far\n`),
    PROGRESS_EVERY_MS,
  );
  try {
    const result = await work();
    process.stderr.write(`  done in ${seconds()} s\n`);
    return result;
  } finally {
    clearInterval(timer);
  }
}

/** Runs npm in a folder, without any package's install scripts; its output is shown only on failure. */
export async function npmInstall(folder: string, ...args: string[]): Promise<void> {
  // The `npm run` around us sets some variables that npm would take for its own settings.
  const foreign = /^npm_(package|lifecycle)_|^npm_config_local_prefix$/;
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !foreign.test(name)),
  );
  const flags = [
    "--ignore-scripts",
    "--engine-strict=false",
    "--no-package-lock",
    "--no-audit",
    "--no-fund",
    "--loglevel=error",
    // With npm's own pauses between tries, an offline machine is told so after more than a minute.
    "--fetch-retry-mintimeout=1000",
    "--fetch-retry-maxtimeout=10000",
  ];
  const child = spawn("npm", ["install", ...args, ...flags], {
    cwd: folder,
    env,
    stdio: ["ignore", "pipe", "pipe"],
    shell: process.platform === "win32",
  });
  let output = "";
  const collect = (chunk: Buffer): void => void (output += chunk.toString());
  child.stdout.on("data", collect);
  child.stderr.on("data", collect);
  const code = await new Promise<number | null>((done, fail) => {
    child.once("error", fail);
    child.once("close", done);
  });
  if (code !== 0) throw new Error(`npm install failed in ${folder}:\n${output.slice(-3000)}`);
}

import { glob, readFile } from "node:fs/promises";
import { join } from "node:path";

/** As long as what other tools send of another file. */
export const snippetChars = 1_450;
const inUse = 4;
const requestsPerChange = 40;
const recentCount = 10;
const recentShare = 0.7;
const root = join(import.meta.dirname, "..", "..", "..");

const poolSize = 200;

/** Pieces of this project's own sources, spread over all of them and all different. */
export async function snippetPool(): Promise<string[]> {
  const files: string[] = [];
  for await (const file of glob("{src,test}/**/*.ts", { cwd: root })) files.push(file);
  const pool = new Set<string>();
  for (const file of files.sort()) {
    const text = await readFile(join(root, file), "utf8");
    for (let at = 0; at + snippetChars <= text.length; at += snippetChars) {
      pool.add(text.slice(at, at + snippetChars));
    }
  }
  if (pool.size < poolSize) throw new Error(`only ${pool.size} snippets`);
  const every = pool.size / poolSize;
  return Array.from({ length: poolSize }, (_, index) => [...pool][Math.floor(index * every)] ?? "");
}

/**
 * Which four snippets go with each request: one is replaced every 40 requests, by one of the last ten used (70 %) or
 * by any of the pool.
 */
export function* snippetDraw(
  pool: readonly string[],
  random: () => number,
): Generator<readonly string[], never> {
  const draw = (from: readonly string[]) => from[Math.floor(random() * from.length)] ?? "";
  const recent: string[] = [];
  let current: readonly string[] = Array.from({ length: inUse }, () => draw(pool));
  recent.push(...current);
  for (let request = 1; ; request++) {
    yield current;
    if (request % requestsPerChange !== 0) continue;
    const next = random() < recentShare ? draw(recent) : draw(pool);
    const place = Math.floor(random() * inUse);
    current = current.map((text, index) => (index === place ? next : text));
    recent.push(next);
    while (recent.length > recentCount) recent.shift();
  }
}

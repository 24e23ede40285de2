/**
 * `npm run check`: types, lint, direction of imports, dead code, format. One line for each; the
 * tool's own words when it found something.
 */
import { spawn } from "node:child_process";
import { readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";

/** How one check went. */
export interface CheckResult {
  readonly name: string;
  readonly isOk: boolean;
  readonly durationMs: number;
  /** What the tool printed. */
  readonly output: string;
}

interface Check {
  readonly name: string;
  readonly package: string;
  readonly bin: string;
  readonly args: readonly string[];
}

const repository = join(import.meta.dirname, "..");
const AT_ONCE = 2;

/** The slow ones first. */
const CHECKS: readonly Check[] = [
  { name: "lint", package: "eslint", bin: "eslint", args: ["."] },
  { name: "types", package: "typescript", bin: "tsc", args: ["--pretty", "false"] },
  {
    name: "direction",
    package: "dependency-cruiser",
    bin: "depcruise",
    // It takes the package esbuild for our esbuild.mjs, which would then import itself.
    args: [
      "--config",
      ".dependency-cruiser.mjs",
      "--do-not-follow",
      "node_modules|^esbuild",
      "src",
      "media/chat",
      "media/latency",
      "test",
    ],
  },
  { name: "dead code", package: "knip", bin: "knip", args: ["--no-progress"] },
  {
    name: "format",
    package: "prettier",
    bin: "prettier",
    args: ["--check", "**/*.{ts,mjs,cjs,json}"],
  },
];

/** Runs all checks, two at a time, and calls `onEnd` as each one ends. */
export async function runChecks(
  onEnd: (result: CheckResult) => void,
): Promise<readonly CheckResult[]> {
  const waiting = [...CHECKS];
  const results: CheckResult[] = [];
  const work = async (): Promise<void> => {
    for (let check = waiting.shift(); check; check = waiting.shift()) {
      const result = await runCheck(check);
      results.push(result);
      onEnd(result);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return results;
}

/** Prints a result: a line, and on failure what the tool said. */
export function printCheck({ name, isOk, durationMs, output }: CheckResult): void {
  const [warnings] = /\d+ warnings?\b/.exec(output.replaceAll(/\b0 warnings/g, "")) ?? [];
  const notes = [`${(durationMs / 1000).toFixed(1)} s`, ...(warnings ? [warnings] : [])];
  console.log(`${isOk ? "ok    " : "FAILED"} ${name} (${notes.join(", ")})`);
  if (!isOk) console.log(output.trimEnd());
}

async function runCheck({ name, package: from, bin, args }: Check): Promise<CheckResult> {
  const startedAt = performance.now();
  const folder = join(repository, "node_modules", from);
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
    bin: string | Record<string, string>;
  };
  const script = typeof manifest.bin === "string" ? manifest.bin : manifest.bin[bin];
  if (!script) throw new Error(`${from} has no command ${bin}`);
  const child = spawn(process.execPath, [join(folder, script), ...args], {
    cwd: repository,
    env: { ...process.env, NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const collect = (chunk: Buffer): void => void (output += chunk.toString());
  child.stdout.on("data", collect);
  child.stderr.on("data", collect);
  const code = await new Promise<number | null>((done) => child.once("close", done));
  return { name, isOk: code === 0, durationMs: performance.now() - startedAt, output };
}

if (realpathSync(process.argv[1] ?? "") === import.meta.filename) {
  const results = await runChecks(printCheck);
  process.exitCode = results.every(({ isOk }) => isOk) ? 0 : 1;
}

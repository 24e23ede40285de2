/** What every bench tells beside its figures: where and on what it ran. */
import { execFileSync } from "node:child_process";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";

/** Measured values by name, nested as suits the bench; units belong into the names. */
export interface Figures {
  readonly [name: string]: number | string | boolean | null | readonly number[] | Figures;
}

/** The machine that a bench ran on. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly platform: string;
}

/** One bench's result, as `--json` prints it. */
export interface BenchReport {
  readonly bench: string;
  readonly machine: Machine;
  readonly node: string;
  readonly commit: string;
  readonly figures: Figures;
}

/** Adds machine, Node and commit to a bench's figures. */
export function benchReport(bench: string, figures: Figures): BenchReport {
  return { bench, machine: thisMachine(), node: process.version, commit: thisCommit(), figures };
}

/** A line per figure: `group.name  value`. */
export function figureLines(figures: Figures, prefix = ""): string[] {
  return Object.entries(figures).flatMap(([name, value]) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? figureLines(value as Figures, `${prefix}${name}.`)
      : [`${prefix}${name}  ${typeof value === "number" ? readable(value) : String(value)}`],
  );
}

function readable(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
}

function thisMachine(): Machine {
  const { platform, arch } = process;
  return {
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 1e9),
    platform: `${platform}-${arch}`,
  };
}

/** The short commit, with `+` when files differ from it; "none" outside a git clone. */
function thisCommit(): string {
  const git = (...args: string[]): string =>
    execFileSync("git", args, {
      cwd: join(import.meta.dirname, "..", ".."),
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  try {
    return git("rev-parse", "--short", "HEAD") + (git("status", "--porcelain") ? "+" : "");
  } catch {
    return "none";
  }
}

/**
 * `npm test [-- GROUP... [FILTER]]`: everything that must hold, on any machine.
 *
 * Groups: check (each check counts as a test), unit, integration, extension (in VS Code's extension
 * host), dom (a person's view of the editor's window). Without a group: all. A word that names no
 * group picks the test files whose path contains it. The last line is `N passed, N failed`.
 */
import { once } from "node:events";
import { glob } from "node:fs/promises";
import { join } from "node:path";
import { run } from "node:test";
import { inspect } from "node:util";
import { buildProduct, buildSuite } from "../esbuild.mjs";
import { printCheck, runChecks } from "./check.ts";
import { runExtensionSuite } from "./editor/extensionSuite.ts";
import { packageVsix } from "./package.ts";

interface Counts {
  passed: number;
  failed: number;
}

const GROUPS = ["check", "unit", "integration", "extension", "dom"] as const;
type Group = (typeof GROUPS)[number];

const repository = join(import.meta.dirname, "..");
const FILE_LIMIT_MS = { unit: 60_000, integration: 180_000, dom: 300_000 };
const interrupted = new AbortController();

async function testFiles(group: Group, filter: string): Promise<string[]> {
  const paths: string[] = [];
  for await (const path of glob(`test/${group}/**/*.test.ts`, { cwd: repository }))
    paths.push(path);
  return paths.filter((path) => path.includes(filter)).sort();
}

/** Runs files with Node's test runner, each in a process of its own. */
async function runNodeTests(
  group: "unit" | "integration" | "dom",
  filter: string,
): Promise<Counts> {
  const files = await testFiles(group, filter);
  if (files.length === 0) return noFiles();
  const counts: Counts = { passed: 0, failed: 0 };
  const events = run({
    files: files.map((path) => join(repository, path)),
    cwd: repository,
    concurrency: group === "dom" ? 1 : 2,
    timeout: FILE_LIMIT_MS[group],
    signal: interrupted.signal,
  });
  events.on("test:stdout", ({ message }) => process.stdout.write(message));
  events.on("test:stderr", ({ message }) => process.stdout.write(message));
  events.on("test:fail", ({ name, file = "", line = 0, details }) => {
    const error: Error & { failureType?: string } = details.error;
    if (error.failureType === "subtestsFailed") return;
    console.log(`FAILED ${name} (${file}:${line})\n${inspect(error.cause ?? error)}`);
  });
  events.on("test:summary", ({ file, success, counts: { tests, passed, skipped, todo } }) => {
    if (file !== undefined) return; // The one without a file sums up all files.
    counts.passed = passed;
    counts.failed = tests - passed - skipped - todo;
    if (!success && counts.failed === 0) counts.failed = 1;
  });
  events.resume();
  await once(events, "end");
  return counts;
}

async function runInExtensionHost(filter: string): Promise<Counts> {
  const names = await buildSuite(filter);
  if (names.length === 0) return noFiles();
  const counts: Counts = { passed: 0, failed: 0 };
  let hasEnded = false;
  interrupted.signal.throwIfAborted();
  for (const event of await runExtensionSuite()) {
    if ("passed" in event) counts.passed++;
    if ("failed" in event) {
      counts.failed++;
      console.log(`FAILED ${event.failed}\n${event.error}`);
    }
    if ("ended" in event) hasEnded = true;
  }
  if (!hasEnded) {
    counts.failed++;
    console.log("FAILED The suite in the extension host did not run to its end.");
  }
  return counts;
}

async function runCheckGroup(): Promise<Counts> {
  const results = await runChecks(printCheck);
  const passed = results.filter(({ isOk }) => isOk).length;
  return { passed, failed: results.length - passed };
}

function noFiles(): Counts {
  console.log("no files");
  return { passed: 0, failed: 0 };
}

async function runGroup(group: Group, filter: string): Promise<Counts> {
  switch (group) {
    case "check":
      return runCheckGroup();
    case "unit":
      return runNodeTests(group, filter);
    case "integration":
      await buildProduct();
      return runNodeTests(group, filter);
    case "extension":
      await buildProduct();
      return runInExtensionHost(filter);
    case "dom":
      if ((await testFiles(group, filter)).length === 0) return noFiles();
      process.env["SLIPSTREAM_VSIX"] = await packageVsix();
      return runNodeTests(group, filter);
  }
}

/** A group that could not even be run counts as one failed test. */
async function runGuarded(group: Group, filter: string): Promise<Counts> {
  try {
    return await runGroup(group, filter);
  } catch (error) {
    console.log(`FAILED ${group} could not be run: ${inspect(error)}`);
    return { passed: 0, failed: 1 };
  }
}

const words = process.argv.slice(2);
const named = GROUPS.filter((group) => words.includes(group));
const filters = words.filter((word) => !GROUPS.some((group) => group === word));
if (filters.length > 1) {
  console.error(`usage: npm test [-- GROUP... [FILTER]], with the groups ${GROUPS.join(", ")}`);
  process.exit(2);
}
const [filter = ""] = filters;
const chosen = named.length > 0 ? named : GROUPS.filter((group) => !filter || group !== "check");

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    interrupted.abort();
    process.exitCode = 130;
  });
}

const total: Counts = { passed: 0, failed: 0 };
for (const group of chosen) {
  if (interrupted.signal.aborted) break;
  const startedAt = performance.now();
  console.log(`\n== ${group}`);
  const { passed, failed } = await runGuarded(group, filter);
  total.passed += passed;
  total.failed += failed;
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`${group}: ${passed} passed, ${failed} failed in ${seconds} s`);
}
const isEmpty = total.passed + total.failed === 0;
if (isEmpty && filter) console.log(`\nNo test file has "${filter}" in its path.`);
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exit(process.exitCode ?? (total.failed > 0 || isEmpty ? 1 : 0));

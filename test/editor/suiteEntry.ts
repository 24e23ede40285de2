/**
 * The module that VS Code loads inside its extension host to run the suite: bundled by esbuild.mjs
 * to dist/test/suite/index.cjs, beside one bundle per test file.
 */
import { appendFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import Mocha from "mocha";
import { SUITE_ENDED, SUITE_REPORT, SUITE_STARTED, type SuiteEvent } from "./suiteReport.ts";

const TEST_LIMIT_MS = 30_000;

/** Called by VS Code; rejects when a test failed. */
export async function run(): Promise<void> {
  console.log(SUITE_STARTED);
  // Base prints nothing: the report is all that is written.
  const mocha = new Mocha({ ui: "tdd", timeout: TEST_LIMIT_MS, reporter: Mocha.reporters.Base });
  const files = readdirSync(__dirname).filter((name) => name.endsWith(".test.cjs"));
  for (const file of files.sort()) mocha.addFile(join(__dirname, file));
  const failures = await new Promise<number>((resolve) => {
    mocha
      .run(resolve)
      .on("pass", (test) => {
        report({ passed: test.fullTitle(), durationMs: test.duration ?? 0 });
      })
      .on("pending", (test) => {
        report({ skipped: test.fullTitle() });
      })
      .on("fail", (test, error: unknown) => {
        report({
          failed: test.fullTitle(),
          error: inspect(error),
        });
      });
  });
  report({ ended: true });
  console.log(SUITE_ENDED);
  if (failures > 0) throw new Error(`${failures} failed`);
}

function report(event: SuiteEvent): void {
  const file = process.env[SUITE_REPORT];
  if (file) appendFileSync(file, `${JSON.stringify(event)}\n`);
}

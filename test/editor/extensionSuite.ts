/**
 * Runs the suite inside an extension host: of a desktop VS Code where there is a screen and one
 * can be downloaded, else of the web editor.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { downloadAndUnzipVSCode, runTests } from "@vscode/test-electron";
import { makeAuthority } from "../helpers/certificate.ts";
import { cacheDir } from "./cache.ts";
import { hasScreen } from "./desktop.ts";
import { SUITE_AUTHORITY, SUITE_REPORT, type SuiteEvent } from "./suiteReport.ts";

const repository = join(import.meta.dirname, "..", "..");
const REACHABLE_LIMIT_MS = 10_000;

/**
 * Runs the bundled suite (dist/test/suite) and returns what it reported. VSCODE_TEST_TARGET chooses
 * the editor: `desktop`, `web`, or the path of an executable.
 */
export async function runExtensionSuite(): Promise<readonly SuiteEvent[]> {
  const scratch = mkdtempSync(join(tmpdir(), "slipstream-suite-"));
  const report = join(scratch, "report.jsonl");
  // Trusted as people have their company's authority trusted; the suite signs certificates with it.
  const authority = makeAuthority(scratch);
  const trust = authority && {
    NODE_EXTRA_CA_CERTS: authority.certFile,
    [SUITE_AUTHORITY]: JSON.stringify(authority),
  };
  try {
    await runTests({
      vscodeExecutablePath: await chooseEditor(scratch),
      extensionDevelopmentPath: repository,
      extensionTestsPath: join(repository, "dist/test/suite/index.cjs"),
      extensionTestsEnv: { [SUITE_REPORT]: report, ...trust },
    });
  } catch (error) {
    // The report tells which tests failed; it lacks its end if it was not a test.
    console.error(error instanceof Error ? error.message : error);
  }
  const lines = existsSync(report) ? readFileSync(report, "utf8").trim().split("\n") : [];
  rmSync(scratch, { recursive: true, force: true });
  return lines.map((line) => JSON.parse(line) as SuiteEvent);
}

async function chooseEditor(scratch: string): Promise<string> {
  const wanted = process.env["VSCODE_TEST_TARGET"];
  if (wanted && wanted !== "desktop" && wanted !== "web") return wanted;
  if (wanted === "desktop") return download();
  if (wanted !== "web" && hasScreen()) {
    try {
      return await download();
    } catch (error) {
      console.log(
        `No desktop VS Code (${error instanceof Error ? error.message : String(error)}).`,
      );
    }
  }
  console.log("The suite runs in the web editor.");
  return shim(scratch);
}

/** Gives up when nothing has arrived after 10 s; a slow download may take longer. */
async function download(): Promise<string> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(new Error("no answer from its download server"));
  }, REACHABLE_LIMIT_MS);
  const reporter = {
    report: (progress: { stage: string }): void => {
      if (["downloading", "foundMatchingInstall"].includes(progress.stage)) clearTimeout(timer);
    },
    error: (): void => undefined,
  };
  const cachePath = join(cacheDir(), "desktop");
  try {
    return await Promise.race([
      downloadAndUnzipVSCode({ version: "stable", cachePath, reporter }),
      promise,
    ]);
  } finally {
    clearTimeout(timer);
  }
}

/** An executable that runs codeShim.ts with this Node. */
function shim(scratch: string): string {
  const path = join(scratch, "code");
  const command = [process.execPath, join(import.meta.dirname, "codeShim.ts")];
  writeFileSync(path, `#!/bin/sh\nexec ${command.map((word) => `'${word}'`).join(" ")} "$@"\n`, {
    mode: 0o755,
  });
  return path;
}

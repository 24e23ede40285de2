/**
 * How the suite in the extension host tells what happened: lines of JSON in a file. Neither the
 * exit code nor the console can be relied on: an extension host that is killed half-way is
 * reported with code 0.
 */

/** Environment variable with the report's path. */
export const SUITE_REPORT = "SLIPSTREAM_SUITE_REPORT";

/**
 * Environment variable with the files, as JSON, of an authority that the editor trusts; not there on a machine
 * without openssl.
 */
export const SUITE_AUTHORITY = "SLIPSTREAM_SUITE_AUTHORITY";

/** The suite's first and last words on the console; what comes before and after is VS Code's own. */
export const SUITE_STARTED = "[suite]";
export const SUITE_ENDED = "[suite ended]";

/** One line of the report. The last one is `ended`. */
export type SuiteEvent =
  | { readonly passed: string; readonly durationMs: number }
  | { readonly skipped: string }
  | { readonly failed: string; readonly error: string }
  | { readonly ended: true };

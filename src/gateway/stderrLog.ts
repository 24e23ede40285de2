import type { Logger } from "../base/log.ts";

/** Writes one line an event to standard error, the level first; the parent or the service manager keeps it. */
export const stderrLog: Logger = {
  debug: (line) => void process.stderr.write(`debug ${line}\n`),
  info: (line) => void process.stderr.write(`info ${line}\n`),
  warn: (line) => void process.stderr.write(`warn ${line}\n`),
};

import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { mostFileBytes, sourceOf } from "../learnable.ts";
import type { SkipReason } from "./skipped.ts";

/** The state of a file on disk; the same state is the same text. */
export interface FileStamp {
  readonly sizeBytes: number;
  readonly modifiedMs: number;
}

/** What was read of a file: its text, or why there is none. */
export type SourceFile = FileStamp & ({ readonly text: string } | { readonly skipped: SkipReason });

const gone: ReadonlySet<unknown> = new Set(["ENOENT", "ENOTDIR"]);
/** A pipe must not be waited for, and a link not be followed. Windows has neither flag. */
const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;
/** One byte more than may be learned: files grow while they are read, and some do not tell their size. */
const buffer = Buffer.allocUnsafe(mostFileBytes + 1);

/** Reads a source file, and no more of it than may be learned. Blocks; never throws. */
export function readSourceFile(path: string): SourceFile {
  let file: number | undefined;
  try {
    file = openSync(path, flags);
    const stats = fstatSync(file);
    const stamp = { sizeBytes: stats.size, modifiedMs: stats.mtimeMs };
    if (!stats.isFile()) return { ...stamp, skipped: "no file" };
    if (stats.size > mostFileBytes) return { ...stamp, skipped: "large" };
    const sizeBytes = readAll(file);
    if (sizeBytes > mostFileBytes) return { ...stamp, skipped: "large" };
    return { ...stamp, ...sourceOf(buffer.subarray(0, sizeBytes)) };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const skipped = gone.has(code) ? "gone" : code === "ELOOP" ? "link" : "unreadable";
    return { sizeBytes: 0, modifiedMs: 0, skipped };
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function readAll(file: number): number {
  let sizeBytes = 0;
  while (sizeBytes < buffer.length) {
    const readBytes = readSync(file, buffer, sizeBytes, buffer.length - sizeBytes, null);
    if (readBytes === 0) break;
    sizeBytes += readBytes;
  }
  return sizeBytes;
}

import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Where one gateway child listens, and how to clean up after it. */
export interface SocketPlace {
  /** A Unix socket under 100 bytes in a folder only this user can enter, or a Windows named pipe. */
  readonly path: string;
  remove(): Promise<void>;
}

const longestPathBytes = 100;
const socketName = "gateway.sock";

/** Makes a new place. Unix sockets may not have long paths, so a long temporary folder gives way to /tmp. */
export async function makeSocketPlace(): Promise<SocketPlace> {
  if (process.platform === "win32") {
    const path = `\\\\.\\pipe\\slipstream-${randomBytes(16).toString("hex")}`;
    return { path, remove: () => Promise.resolve() };
  }
  const prefix = "slipstream-";
  const isLong =
    Buffer.byteLength(join(tmpdir(), `${prefix}XXXXXX`, socketName)) >= longestPathBytes;
  const folder = await mkdtemp(join(isLong ? "/tmp" : tmpdir(), prefix)); // made with mode 0700
  return {
    path: join(folder, socketName),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

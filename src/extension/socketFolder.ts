import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Where one gateway child listens, and how to clean up after it. */
export interface SocketPlace {
  /** A Unix socket under 100 bytes in a folder only this user can enter, or a Windows named pipe. */
  readonly path: string;
  /** Never throws. */
  remove(): void;
}

const longestPathBytes = 100;
const socketName = "gateway.sock";

/**
 * Makes a new place. Unix sockets may not have long paths, and `ws` finds none with spaces or letters that an
 * address escapes: such a temporary folder gives way to /tmp.
 */
export async function makeSocketPlace(): Promise<SocketPlace> {
  if (process.platform === "win32") {
    const path = `\\\\.\\pipe\\slipstream-${randomBytes(16).toString("hex")}`;
    return { path, remove: () => undefined };
  }
  const prefix = "slipstream-";
  const path = join(tmpdir(), `${prefix}XXXXXX`, socketName);
  const isFit = Buffer.byteLength(path) < longestPathBytes && /^[\w./-]+$/.test(path);
  const folder = await mkdtemp(join(isFit ? tmpdir() : "/tmp", prefix)); // made with mode 0700
  return {
    path: join(folder, socketName),
    remove: () => {
      try {
        rmSync(folder, { recursive: true, force: true });
      } catch {
        // what is left in the temporary folder is the system's to clear
      }
    },
  };
}

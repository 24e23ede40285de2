/**
 * Ends a process that was spawned `detached` together with everything it started: the editor's
 * server has an extension host, that one has our gateway, and none of them may stay behind.
 */
import type { ChildProcess } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";

const POLITE_LIMIT_MS = 5_000;
const LAST_WORDS_MS = 500;
const POLL_EVERY_MS = 20;

/** Asks the process to end and waits until its whole group is gone; kills what is left after 5 s. */
export async function endGroup(child: ChildProcess, ended: Promise<void>): Promise<void> {
  child.kill("SIGTERM");
  const until = performance.now() + POLITE_LIMIT_MS;
  await Promise.race([ended, sleep(POLITE_LIMIT_MS, undefined, { ref: false })]);
  while (isAlive(child) && performance.now() < until) await sleep(POLL_EVERY_MS);
  signalGroup(child, "SIGKILL");
  await ended;
}

/** The same for a process that is about to exit itself and so can't await: half a second, then the kill. */
export function endGroupNow(child: ChildProcess): void {
  if (!signalGroup(child, "SIGTERM")) return;
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LAST_WORDS_MS);
  signalGroup(child, "SIGKILL");
}

function isAlive(child: ChildProcess): boolean {
  return signalGroup(child, 0);
}

/** Whether there was anyone to get the signal; 0 only asks. */
function signalGroup(child: ChildProcess, signal: NodeJS.Signals | 0): boolean {
  try {
    return child.pid !== undefined && process.kill(-child.pid, signal);
  } catch {
    return false;
  }
}

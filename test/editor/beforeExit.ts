/** Makes sure that what a process started does not outlive it. */

const SIGNALS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;
const pending = new Set<() => void>();

/**
 * Runs `cleanUp` when this process ends: by itself, by process.exit, or by a signal (which then
 * ends the process with 128 + its number). It must be synchronous. Returns how to cancel it.
 */
export function beforeExit(cleanUp: () => void): () => void {
  if (pending.size === 0) listen();
  pending.add(cleanUp);
  return () => {
    pending.delete(cleanUp);
    if (pending.size === 0) unlisten();
  };
}

const handlers = Object.entries(SIGNALS).map(
  ([signal, number]) => [signal, () => process.exit(128 + number)] as const,
);

function listen(): void {
  process.on("exit", runAll);
  for (const [signal, handler] of handlers) process.on(signal, handler);
}

function unlisten(): void {
  process.off("exit", runAll);
  for (const [signal, handler] of handlers) process.off(signal, handler);
}

function runAll(): void {
  for (const cleanUp of pending) cleanUp();
}

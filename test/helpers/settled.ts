import { setImmediate } from "node:timers/promises";

/** Resolves when everything that needs no more than promises and ticks has happened. */
export async function settled(): Promise<void> {
  await setImmediate();
  await setImmediate();
}

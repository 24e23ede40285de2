import type { Disposable } from "./disposable.ts";

/** Monotonic time in milliseconds and timers. Durations are measured with nothing else. */
export interface Clock {
  now(): number;
  /** Calls `action` once after `delayMs`; the caller owns the returned timer. */
  after(delayMs: number, action: () => void): Disposable;
}

/** The real clock. Its timers do not keep a process alive. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after(delayMs, action) {
    const timer = setTimeout(action, delayMs);
    if (typeof timer === "object" && "unref" in timer) timer.unref();
    return {
      dispose: () => {
        clearTimeout(timer);
      },
    };
  },
};

/**
 * The wall clock in milliseconds. It jumps, so nothing is measured with it: it only tells that the machine
 * has slept, since on Linux the monotonic clock stands still meanwhile.
 */
export const systemWallMs = (): number => new Date().getTime();

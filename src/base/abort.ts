import type { Clock } from "./clock.ts";
import type { Disposable } from "./disposable.ts";
import { Failure } from "./failure.ts";

/** Runs `action` when the signal fires (at once if it has); disposing removes the listener. */
export function onAbort(signal: AbortSignal, action: () => void): Disposable {
  if (signal.aborted) {
    action();
    return { dispose: () => undefined };
  }
  signal.addEventListener("abort", action, { once: true });
  return {
    dispose: () => {
      signal.removeEventListener("abort", action);
    },
  };
}

/** A signal of its own that also fires when its parent does. The caller disposes it when the work is over. */
export interface LinkedAbort extends Disposable {
  readonly signal: AbortSignal;
  abort(reason: unknown): void;
}

/**
 * Links a new controller to a parent signal and removes the parent's listener on dispose
 * (`AbortSignal.any` keeps about 2 kB per short-lived child of a long-lived parent).
 */
export function linkAbort(parent: AbortSignal): LinkedAbort {
  const controller = new AbortController();
  const link = onAbort(parent, () => {
    controller.abort(parent.reason);
  });
  return {
    signal: controller.signal,
    abort: (reason) => {
      controller.abort(reason);
    },
    dispose: () => {
      link.dispose();
    },
  };
}

/** Like `linkAbort`, and fires with a `deadline` failure after `timeoutMs` unless disposed before. */
export function deadline(
  parent: AbortSignal,
  clock: Clock,
  timeoutMs: number,
  what: string,
): LinkedAbort {
  const linked = linkAbort(parent);
  const timer = clock.after(timeoutMs, () => {
    linked.abort(new Failure("deadline", `${what} took longer than ${timeoutMs} ms`));
  });
  return {
    signal: linked.signal,
    abort: (reason) => {
      linked.abort(reason);
    },
    dispose: () => {
      timer.dispose();
      linked.dispose();
    },
  };
}

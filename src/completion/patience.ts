import type { InFlight } from "./inFlight.ts";
import type { Pace } from "./pace.ts";

/** A word that may go on is shown all the same after this. */
const wordMs = 10;

/** What tells how long to wait before something is shown. */
export interface Waiting {
  readonly now: number;
  readonly inFlight: InFlight;
  readonly pace: Pace;
  /** Whether a request is about to be made. */
  readonly isAskedSoon: boolean;
}

/** How long the end of the model's first word is still waited for; then it is shown as it is. */
export function wordLeftMs({ inFlight, now }: Pick<Waiting, "inFlight" | "now">): number {
  const { firstRemoteAt } = inFlight;
  return firstRemoteAt === undefined ? 0 : firstRemoteAt + wordMs - now;
}

/**
 * How long a draft that is not on the screen yet still waits for a model, so that nothing changes there: up to
 * `patienceMs`, where the model mostly answers within that.
 */
export function draftLeftMs(waiting: Waiting, patienceMs: number): number {
  return Math.max(modelLeftMs(waiting, patienceMs), wordLeftMs(waiting));
}

function modelLeftMs({ now, inFlight, pace, isAskedSoon }: Waiting, patienceMs: number): number {
  if (!pace.mostlyAnswersWithin(patienceMs)) return 0;
  const request = inFlight.unanswered;
  if (!request) return isAskedSoon ? patienceMs : 0;
  return (request.firstPieceAt ?? request.startedAt) + patienceMs - now;
}

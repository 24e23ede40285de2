import type { KnownAnswers } from "./knownAnswers.ts";
import type { RunningRequest } from "./request.ts";

/** What stood when a request was begun, and now that it has ended. */
export interface Circumstances {
  /** How long the model's answer was when it was asked for, or for more, in UTF-16 units. */
  readonly begunChars: number;
  /** Whether something has been given out that is not to be taken back. */
  readonly hasResult: boolean;
}

/** Notes what the end of a request means for the answers it made. */
export function conclude(
  request: RunningRequest,
  known: KnownAnswers,
  { begunChars, hasResult }: Circumstances,
): void {
  const { remote, draft, failure } = request;
  const isEmpty = remote.text.length === begunChars;
  if (draft && isEmpty && !failure) draft.standsAlone = true;
  if (request.isSpeculative) {
    remote.isOver = isEmpty && failure === undefined;
    remote.hasFailedAhead = failure !== undefined;
    return;
  }
  const isBrokenOff = failure !== undefined && draft !== undefined && !hasResult;
  if (isEmpty || isBrokenOff) known.forget(remote);
}

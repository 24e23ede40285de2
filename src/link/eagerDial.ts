import { linkAbort, onAbort } from "../base/abort.ts";
import type { Clock } from "../base/clock.ts";
import { Failure } from "../base/failure.ts";
import type { FrameSocket } from "./frameSocket.ts";

/** Opens one socket; `onConnected` is called when somebody at the other end has taken the connection. */
export type Open = (signal: AbortSignal, onConnected: () => void) => Promise<FrameSocket>;

/** How long a connection may be on its way before another one is sent after it, and how many at once. */
const patienceMs = 200;
const maxAttempts = 8;

/**
 * Opens a socket over a line that may be down. A connection that is not taken at once is asked for again every
 * 200 ms, since the operating system's own repetition comes seconds later when the line is back, and slowly.
 * The first socket to open is the one; the others are ended. Rejects with what any of them met, or the reason of `parent`.
 */
export async function dialEagerly(
  open: Open,
  clock: Clock,
  parent: AbortSignal,
  onConnected: () => void,
): Promise<FrameSocket> {
  const result = Promise.withResolvers<FrameSocket>();
  const attempts: ReturnType<typeof linkAbort>[] = [];
  let isConnected = false;
  let isOver = false;
  let timer = clock.after(patienceMs, again);
  const connected = () => {
    if (!isConnected) onConnected();
    isConnected = true;
  };
  const fail = (error: unknown) => {
    isOver = true;
    result.reject(error);
  };
  const start = async () => {
    const attempt = linkAbort(parent);
    attempts.push(attempt);
    // Not the first: the system repeats it, and a line may be slower than all the others wait.
    if (attempts.length > maxAttempts) giveUp(attempts.splice(1, 1)[0]);
    try {
      const socket = await open(attempt.signal, connected);
      if (isOver) socket.terminate();
      isOver = true; // another one may open in the same turn
      result.resolve(socket);
    } catch (error) {
      if (!attempt.signal.aborted) fail(error);
    }
  };
  function again(): void {
    if (isConnected) return;
    timer = clock.after(patienceMs, again);
    void start();
  }
  const abort = onAbort(parent, () => {
    fail(parent.reason); // whether or not the attempts heed their signals
  });
  void start();
  try {
    return await result.promise;
  } finally {
    isOver = true;
    abort.dispose();
    timer.dispose();
    for (const attempt of attempts) giveUp(attempt);
  }
}

function giveUp(attempt: ReturnType<typeof linkAbort> | undefined): void {
  attempt?.abort(new Failure("link-lost", "another one was quicker"));
  attempt?.dispose();
}

import type { Failure } from "../../../base/failure.ts";
import type { Asked, UpstreamFailures } from "../upstreamFailures.ts";
import type { Connection } from "./connection.ts";

/** A wish for a lane. */
export interface LaneWish<T> {
  /** Starts on a lane of these connections, or returns undefined where none suits; called until it does. */
  readonly take: (connections: readonly Connection[]) => T | undefined;
  /** Waits for nothing but a connection: it is served last, and no socket is opened for it. */
  readonly isModest?: true;
}

/** One who waits for a lane. */
interface Waiting {
  readonly wish: LaneWish<unknown>;
  /** Starts it, or lets it go on over HTTP with undefined. */
  readonly resolve: (started: unknown) => void;
  readonly reject: (reason: unknown) => void;
}

/** The most that wait; with all lanes busy the oldest would wait for seconds. */
export const maxWaiting = 64;

/** Requests that wait for a lane, the newest first. Which of a document's are worth waiting for is known where they come from. */
export class WaitingLine {
  readonly #failures: UpstreamFailures;
  readonly #asked: Asked;
  #waiting: Waiting[] = [];

  /** `asked` is what failures of no single request speak of. */
  constructor(failures: UpstreamFailures, asked: Asked) {
    this.#failures = failures;
    this.#asked = asked;
  }

  get length(): number {
    return this.#waiting.length;
  }

  /** How many wait for more than a connection. */
  get pressing(): number {
    return this.#waiting.filter(({ wish }) => wish.isModest !== true).length;
  }

  /** Adds one; `fail` takes it out again. */
  add<T>(wish: LaneWish<T>): {
    readonly promise: Promise<T | undefined>;
    fail(reason: unknown): void;
  } {
    const { promise, resolve, reject } = Promise.withResolvers<T | undefined>();
    const waiting: Waiting = {
      wish,
      resolve: (started) => {
        resolve(started as T | undefined);
      },
      reject,
    };
    this.#waiting.push(waiting);
    const [oldest] = this.#waiting;
    if (this.#waiting.length > maxWaiting && oldest) this.#fail(oldest, this.#busy());
    return {
      promise,
      fail: (reason) => {
        this.#fail(waiting, reason);
      },
    };
  }

  /** Starts all that find a lane. */
  serve(connections: readonly Connection[]): void {
    const isModest = (waiting: Waiting) => waiting.wish.isModest === true;
    const newestFirst = this.#waiting.toReversed();
    for (const waiting of [
      ...newestFirst.filter((each) => !isModest(each)),
      ...newestFirst.filter(isModest),
    ]) {
      const started = waiting.wish.take(connections);
      if (started === undefined) continue;
      this.#remove(waiting);
      waiting.resolve(started);
    }
  }

  failAll(reason: unknown): void {
    for (const waiting of [...this.#waiting]) this.#fail(waiting, reason);
  }

  /** Lets all go on without a lane. */
  releaseAll(): void {
    const all = this.#waiting;
    this.#waiting = [];
    for (const waiting of all) waiting.resolve(undefined);
  }

  #fail(waiting: Waiting, reason: unknown): void {
    this.#remove(waiting);
    waiting.reject(reason);
  }

  #remove(waiting: Waiting): void {
    this.#waiting = this.#waiting.filter((each) => each !== waiting);
  }

  #busy(): Failure {
    const answer = { status: 429, contentType: "", retryAfterMs: undefined, body: "" };
    return this.#failures.answered(answer, this.#asked);
  }
}

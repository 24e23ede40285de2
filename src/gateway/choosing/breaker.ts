import type { Clock } from "../../base/clock.ts";
import type { Failure, FailureCode } from "../../base/failure.ts";

/** So many failures in a row of a server that may be up again at any time: one may be an accident. */
const failuresToOpen = 2;
/** How long an upstream is left alone: longer after each probe that fails. */
const firstOpenMs = 1_000;
const longestOpenMs = 30_000;
/** Where it takes a person to mend it. */
const mendedMs = 60_000;
/** However long a server wants to be left alone. */
const longestRetryAfterMs = 600_000;

type Blame = "accident" | "at once" | "needs a person";

/** What speaks against the upstream. */
const blames: Readonly<Partial<Record<FailureCode, Blame>>> = {
  "upstream-unreachable": "accident",
  "upstream-down": "accident",
  "upstream-garbled": "accident",
  // Most often a certificate, but one broken handshake looks the same.
  "upstream-insecure": "accident",
  deadline: "accident",
  "upstream-busy": "at once",
  "upstream-unauthorized": "needs a person",
  "upstream-no-credit": "needs a person",
  "upstream-not-found": "needs a person",
  settings: "needs a person",
};
/** About the request alone, and proof that the server is there. Any other failure says nothing of it. */
const proofs: ReadonlySet<FailureCode> = new Set([
  "upstream-refused",
  "upstream-no-infill",
  "upstream-only-thought",
]);

type State =
  | { readonly kind: "closed"; readonly failuresInRow: number }
  | {
      readonly kind: "open";
      readonly failure: Failure;
      readonly untilMs: number;
      /** How often it has been opened since it was last closed. */
      readonly openings: number;
    }
  | { readonly kind: "probing"; readonly failure: Failure; readonly openings: number };

/** Leave to ask an upstream once. Whoever has it says what came of it, exactly once or more often: the first word counts. */
export interface Permit {
  /** The upstream has answered. */
  succeeded(): void;
  failed(failure: Failure): void;
  /** Nobody waited for the answer. */
  released(): void;
}

/** What a breaker tells, for the log: the upstream is left alone for so long, or asked again as ever. */
export interface BreakerEvents {
  opened(failure: Failure, forMs: number): void;
  closed(): void;
}

/**
 * Whether an upstream is worth asking. It opens after failures that say that the server is down, unreachable, busy or too slow, and
 * at once for a wrong key or an unknown model; when its time is over one request goes through as a probe. It owns no
 * timer: time is looked at when somebody asks.
 */
export class Breaker {
  readonly #clock: Clock;
  readonly #events: BreakerEvents;
  #state: State = { kind: "closed", failuresInRow: 0 };

  constructor(clock: Clock, events: BreakerEvents) {
    this.#clock = clock;
    this.#events = events;
  }

  get isClosed(): boolean {
    return this.#state.kind === "closed";
  }

  /** Whether `admit` would let a request through now. */
  get mayAdmit(): boolean {
    if (this.#state.kind === "open") return this.#clock.now() >= this.#state.untilMs;
    return this.#state.kind === "closed";
  }

  /** Why it is open; undefined while it is closed. */
  get failure(): Failure | undefined {
    return this.#state.kind === "closed" ? undefined : this.#state.failure;
  }

  /** Leave for one request, or undefined while the upstream is left alone. */
  admit(): Permit | undefined {
    if (!this.mayAdmit) return undefined;
    const state = this.#state;
    const isProbe = state.kind === "open";
    if (isProbe)
      this.#state = { kind: "probing", failure: state.failure, openings: state.openings };
    let isUsed = false;
    const once = (action: () => void) => () => {
      if (!isUsed) action();
      isUsed = true;
    };
    return {
      succeeded: once(() => {
        this.#close();
      }),
      failed: (failure) => {
        once(() => {
          this.#failed(failure, isProbe);
        })();
      },
      released: once(() => {
        this.#release(isProbe);
      }),
    };
  }

  #close(): void {
    const wasClosed = this.isClosed;
    this.#state = { kind: "closed", failuresInRow: 0 };
    if (!wasClosed) this.#events.closed();
  }

  #failed(failure: Failure, isProbe: boolean): void {
    const blame = blames[failure.code];
    if (proofs.has(failure.code)) this.#close();
    else if (!blame) this.#release(isProbe);
    else if (isProbe && this.#state.kind === "probing") this.#open(failure, this.#state.openings);
    else if (this.#state.kind === "closed") {
      const failuresInRow = this.#state.failuresInRow + 1;
      const isAccident = blame === "accident" && failuresInRow < failuresToOpen;
      if (isAccident) this.#state = { kind: "closed", failuresInRow };
      else this.#open(failure, 0);
    } // one that was asked before it opened says nothing new
  }

  #open(failure: Failure, openings: number): void {
    const known = this.failure;
    const forMs = openMs(failure, openings);
    const untilMs = this.#clock.now() + forMs;
    this.#state = { kind: "open", failure, untilMs, openings: openings + 1 };
    if (known?.code !== failure.code) this.#events.opened(failure, forMs); // what stays so is told once
  }

  /** The next request is a probe again. */
  #release(isProbe: boolean): void {
    if (!isProbe || this.#state.kind !== "probing") return;
    const { failure, openings } = this.#state;
    this.#state = { kind: "open", failure, openings, untilMs: this.#clock.now() };
  }
}

function openMs(failure: Failure, openings: number): number {
  if (blames[failure.code] === "needs a person") return mendedMs;
  const growingMs = Math.min(longestOpenMs, firstOpenMs * 2 ** openings);
  return Math.max(growingMs, Math.min(failure.retryAfterMs ?? 0, longestRetryAfterMs));
}

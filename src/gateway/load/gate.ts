import { onAbort } from "../../base/abort.ts";
import type { Clock } from "../../base/clock.ts";
import type { Disposable } from "../../base/disposable.ts";
import { Failure } from "../../base/failure.ts";
import { FairQueue, type Kind } from "./fairQueue.ts";

/** How many requests one upstream is given at a time, and how many more may wait. */
export interface GateLimits {
  readonly requests: number;
  readonly requestsPerTenant: number;
  /** Of each kind. */
  readonly waitingPerTenant: number;
  /** The longest wait of a completion. */
  readonly waitMs: number;
}

/** A person who has asked a question waits longer than one who types. */
const chatWaitMs = 30_000;

interface Waiter {
  readonly tenant: string;
  readonly kind: Kind;
  readonly enter: (slot: Disposable) => void;
  readonly refuse: (reason: unknown) => void;
}

/** A place that is taken back as soon as a request needs it. */
interface Loan {
  readonly tenant: string;
  readonly takeBack: () => void;
}

/**
 * The door to one upstream. As long as there is room a request goes straight through; beyond that it waits in a fair queue,
 * and what has waited too long, or is pushed out by newer ones, is refused as `busy`. Nobody who could go in waits.
 */
export class Gate {
  readonly #limits: GateLimits;
  readonly #clock: Clock;
  readonly #queue = new FairQueue<Waiter>();
  readonly #runningOf = new Map<string, number>();
  readonly #loans = new Set<Loan>();
  #running = 0;

  constructor(limits: GateLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
  }

  /** Whether a request of this tenant would go straight through. */
  hasRoom(tenant: string): boolean {
    return this.#isFree(tenant) || this.#loanInTheWayOf(tenant) !== undefined;
  }

  /**
   * A place, which its owner disposes when the request is over. Rejects with a `busy` failure where there is no room for
   * too long, and with the signal's reason.
   */
  enter(tenant: string, kind: Kind, signal: AbortSignal): Disposable | Promise<Disposable> {
    if (!this.#isFree(tenant)) this.#loanInTheWayOf(tenant)?.takeBack();
    return this.#isFree(tenant) ? this.#occupy(tenant) : this.#wait(tenant, kind, signal);
  }

  /**
   * A place that nobody needs now, for what can be given up at any time; undefined where there is none. Its owner disposes it.
   * When a request needs it, it is taken back in that request's turn, and `takenBack` is called once.
   */
  lend(tenant: string, takenBack: () => void): Disposable | undefined {
    if (!this.#isFree(tenant)) return undefined;
    const place = this.#occupy(tenant);
    const dispose = () => {
      this.#loans.delete(loan);
      place.dispose();
    };
    const takeBack = () => {
      dispose();
      takenBack();
    };
    const loan: Loan = { tenant, takeBack };
    this.#loans.add(loan);
    return { dispose };
  }

  #isFree(tenant: string): boolean {
    return this.#running < this.#limits.requests && this.#mayRun(tenant);
  }

  /** The oldest one whose place would do for this tenant: one of its own where it may not have more. */
  #loanInTheWayOf(tenant: string): Loan | undefined {
    const mayRun = this.#mayRun(tenant);
    for (const loan of this.#loans) if (mayRun || loan.tenant === tenant) return loan;
    return undefined;
  }

  #mayRun(tenant: string): boolean {
    return (this.#runningOf.get(tenant) ?? 0) < this.#limits.requestsPerTenant;
  }

  #occupy(tenant: string): Disposable {
    this.#running++;
    this.#runningOf.set(tenant, (this.#runningOf.get(tenant) ?? 0) + 1);
    let isOver = false;
    return {
      dispose: () => {
        if (isOver) return;
        isOver = true;
        this.#leave(tenant);
      },
    };
  }

  #leave(tenant: string): void {
    this.#running--;
    const left = (this.#runningOf.get(tenant) ?? 1) - 1;
    if (left > 0) this.#runningOf.set(tenant, left);
    else this.#runningOf.delete(tenant);
    if (this.#queue.isEmpty || this.#running >= this.#limits.requests) return;
    const next = this.#queue.take((each) => this.#mayRun(each));
    next?.enter(this.#occupy(next.tenant));
  }

  async #wait(tenant: string, kind: Kind, signal: AbortSignal): Promise<Disposable> {
    signal.throwIfAborted();
    this.#makeRoomToWait(tenant, kind);
    const { promise, resolve: enter, reject: refuse } = Promise.withResolvers<Disposable>();
    const waiter: Waiter = { tenant, kind, enter, refuse };
    this.#queue.push(tenant, kind, waiter);
    const giveUp = (reason: unknown) => {
      this.#queue.remove(tenant, kind, waiter);
      refuse(reason);
    };
    const waitMs = kind === "chat" ? chatWaitMs : this.#limits.waitMs;
    const timer = this.#clock.after(waitMs, () => {
      giveUp(noRoom(`for ${waitMs} ms`));
    });
    const abort = onAbort(signal, () => {
      giveUp(signal.reason);
    });
    try {
      const slot = await promise;
      if (!signal.aborted) return slot;
      slot.dispose(); // it was left in the turn in which it came in
      throw signal.reason;
    } finally {
      timer.dispose();
      abort.dispose();
    }
  }

  /** The oldest completion gives way to the newest; a chat does not. */
  #makeRoomToWait(tenant: string, kind: Kind): void {
    const { waitingPerTenant } = this.#limits;
    if (this.#queue.count(tenant, kind) < waitingPerTenant) return;
    const oldest = kind === "completion" ? this.#queue.takeOldest(tenant) : undefined;
    if (!oldest) throw noRoom(`and ${waitingPerTenant} wait already`);
    oldest.refuse(noRoom(`and ${waitingPerTenant} newer ones wait`));
  }
}

function noRoom(how: string): Failure {
  const message = `The gateway has had no room for this request ${how}: ask again in a moment, or raise its limits`;
  return new Failure("busy", `${message}.`);
}

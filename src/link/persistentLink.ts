import { deadline } from "../base/abort.ts";
import type { Disposable } from "../base/disposable.ts";
import { Emitter } from "../base/emitter.ts";
import type { Failure } from "../base/failure.ts";
import { busyPongTimeoutMs } from "../wire/limits.ts";
import type { CompletionAsk, Piece, Welcome } from "../wire/messages.ts";
import { Attempt, type AttemptParts } from "./attempt.ts";
import { ClientChats } from "./clientChats.ts";
import { type LinkProfile, sparingProfile } from "./linkProfile.ts";
import { absenceOf, isSameState, type LinkState, notOpen } from "./linkState.ts";
import { isRefusal, type Retry, retryAfter } from "./retry.ts";
import { until } from "./until.ts";

/** The least time from one dial to the next, however much somebody wants one. */
const shortestGapMs = 500;
/** A link that has held this long was a good one: its loss is dialled again quickly. */
const steadyMs = 5_000;
/** A gateway that had no room for our texts gets little of them in the links that are dialled within this time. */
const sparingMs = 600_000;

/** What a persistent link is made of; `dial` is called again after each loss. */
export interface PersistentLinkParts extends Omit<AttemptParts, "chats" | "mayClaimChats"> {
  /** From 0 to 1; spreads the retries of many windows. */
  readonly random: () => number;
}

/** The link in use. */
interface Current {
  readonly attempt: Attempt;
  readonly welcome: Welcome;
  readonly readyAt: number;
  /** Whether it took another one's place. */
  readonly isSpare: boolean;
}

/** A dial to come. */
interface Wait extends Retry {
  readonly timer: Disposable;
  readonly dueAt: number;
}

/**
 * One link that is dialled again when it is lost: at most one is in use at any time. While that one is
 * suspect or its gateway goes away, a spare is dialled beside it, and takes its place when it is ready
 * first. Owned by the window; `dispose` closes it for good. PROTOCOL.md sections 10 and 12.
 */
export class PersistentLink implements Disposable {
  readonly #parts: PersistentLinkParts;
  readonly #states = new Emitter<LinkState>();
  /** Fires when the link in use is doubted, or is not any more. */
  readonly #doubts = new Emitter<undefined>();
  readonly #chats: ClientChats;
  #state: LinkState = { kind: "connecting", after: undefined };
  #current: Current | undefined;
  /** The one being dialled: the first, or a spare. Never beside a wait. */
  #next: Attempt | undefined;
  #wait: Wait | undefined;
  /** Left for a spare, with streams that are still open. */
  readonly #leaving = new Set<Attempt>();
  #waiting = 0;
  #dialledAt = 0;
  #failuresInRow = 0;
  #sparingUntil = 0;
  #lastFailure: Failure | undefined;
  #connectionCount = 0;
  #isClosed = false;

  constructor(parts: PersistentLinkParts) {
    this.#parts = parts;
    this.#chats = new ClientChats(parts.clock);
    this.#dial();
  }

  /** Fires after each change of `state`. */
  readonly onState = this.#states.on;

  get state(): LinkState {
    return this.#state;
  }

  get roundTripMs(): number | undefined {
    return this.#current?.attempt.roundTripMs;
  }

  /** How many sockets have been opened so far. */
  get connectionCount(): number {
    return this.#connectionCount;
  }

  /**
   * As `ClientLink.complete`; with no link it throws the failure at once instead of waiting, and brings
   * the next dial forward.
   */
  async *complete(ask: CompletionAsk, signal: AbortSignal): AsyncGenerator<Piece> {
    if (this.#current) {
      yield* this.#current.attempt.complete(ask, signal);
      return;
    }
    const absence = absenceOf(this.#state);
    this.#hurry();
    throw absence;
  }

  /**
   * Asks a question of the chat behind the gateway, as `ClientChats.ask` says: the iteration survives the loss of the
   * socket. With no link it throws the failure at once; `beyondDoubt` is to be awaited before.
   */
  async *chat(question: string, signal: AbortSignal): AsyncGenerator<Piece> {
    if (!this.#current) throw absenceOf(this.#state);
    try {
      yield* this.#chats.ask(question, signal);
    } finally {
      for (const attempt of [...this.#leaving]) attempt.leaveIfIdle();
    }
  }

  /** As `ClientLink.warm`; nothing happens while there is no link. */
  warm(documentKey: string, offset: number): void {
    this.#current?.attempt.warm(documentKey, offset);
  }

  /** As `ClientLink.recall`; nothing happens while there is no link. */
  recall(documentKey: string): void {
    this.#current?.attempt.recall(documentKey);
  }

  /**
   * Waits until the link is ready, and lets it dial as often as it may. Throws the signal's reason, or the
   * failure of a link that is refused.
   */
  async ready(signal: AbortSignal): Promise<void> {
    const isReady = () => {
      const { kind } = this.#state;
      if (kind === "refused" || kind === "closed") throw absenceOf(this.#state);
      return kind === "ready";
    };
    this.#waiting++;
    this.#hurry();
    try {
      await until(isReady, this.#states.on, signal);
    } finally {
      this.#waiting--;
    }
  }

  /**
   * Waits till a link that may be dead has answered a ping or another one is there, for 2 s at most; where there is none, or none any
   * more, as `ready`.
   */
  async beyondDoubt(signal: AbortSignal): Promise<void> {
    const isSettled = () => this.#isClosed || this.#current?.attempt.isSuspect === false;
    if (this.#current?.attempt.isSuspect === true) {
      const limit = deadline(signal, this.#parts.clock, busyPongTimeoutMs, "an answer of the link");
      try {
        await until(isSettled, this.#doubts.on, limit.signal);
      } catch {
        signal.throwIfAborted(); // else it is asked on what there is
      } finally {
        limit.dispose();
      }
    }
    if (!this.#current) await this.ready(signal);
  }

  /**
   * Something speaks against the link: the machine has slept, or the network is another one. It is pinged
   * and a spare is dialled at once; a dial under way from before is begun anew.
   */
  suspect(): void {
    if (this.#isClosed) return;
    if (this.#next && this.#sinceDialMs() >= shortestGapMs) this.#dropNext();
    this.#current?.attempt.suspect();
    this.#failuresInRow = 0;
    this.#dialSoon();
  }

  /**
   * The next dial leads to a better place: a spare is dialled, and takes over when it is ready. What is open ends where it is.
   * Nothing happens while there is no link or another one is being dialled.
   */
  move(): void {
    if (this.#current && !this.#next && !this.#wait) this.#dial();
  }

  /** Drops what there is and dials at once, as after a change of settings. */
  reconnect(): void {
    if (this.#isClosed) return;
    this.#drop();
    this.#failuresInRow = 0;
    this.#lastFailure = undefined;
    this.#dial();
  }

  dispose(): void {
    this.#isClosed = true;
    this.#drop();
    this.#tell();
    this.#doubts.fire(undefined);
    this.#states.dispose();
    this.#doubts.dispose();
  }

  #drop(): void {
    this.#next?.dispose();
    this.#next = undefined;
    this.#dropWait();
    this.#current?.attempt.dispose();
    this.#current = undefined;
    for (const attempt of this.#leaving) attempt.dispose();
    this.#leaving.clear();
    this.#chats.reset();
  }

  /** It is not closed on purpose: that would end the chats which its hello has claimed. */
  #dropNext(): void {
    this.#next?.giveUp("another link is used");
    this.#next = undefined;
  }

  #dropWait(): void {
    this.#wait?.timer.dispose();
    this.#wait = undefined;
  }

  #dial(): void {
    this.#dropWait();
    const profile = () => this.#profile();
    const doubted = () => {
      this.#doubt();
    };
    const mayClaimChats = () => this.#mayClaimChats();
    const attempt: Attempt = new Attempt(
      { ...this.#parts, profile, chats: this.#chats, mayClaimChats },
      {
        connected: () => {
          this.#connectionCount++;
        },
        ready: (welcome) => {
          this.#ready(attempt, welcome);
        },
        lost: (failure) => {
          this.#lost(attempt, failure);
        },
        suspected: doubted,
        goingAway: doubted,
      },
    );
    this.#next = attempt;
    this.#dialledAt = this.#parts.clock.now();
    this.#tell();
    void attempt.start(); // does nothing if whoever heard of it wanted otherwise
  }

  #profile(): LinkProfile {
    const profile = this.#parts.profile();
    return this.#parts.clock.now() < this.#sparingUntil ? sparingProfile(profile) : profile;
  }

  /** A link whose gateway goes away, and one that is left for a better place, may finish its chats; one that may be dead gives them up. */
  #mayClaimChats(): boolean {
    const attempt = this.#current?.attempt;
    return !attempt || (attempt.isSuspect && !attempt.isGoingAway);
  }

  #sinceDialMs(): number {
    return this.#parts.clock.now() - this.#dialledAt;
  }

  /** Dials at once, or as soon as it may. */
  #dialSoon(): void {
    if (this.#next) return;
    const afterMs = shortestGapMs - this.#sinceDialMs();
    if (afterMs <= 0) this.#dial();
    else this.#dialIn({ afterMs, isSoon: true, isRefused: false });
  }

  /** Somebody wants the link: a wait that has no better reason ends as soon as it may. */
  #hurry(): void {
    if (this.#wait?.isSoon === true) this.#dialSoon();
  }

  #dialIn(retry: Retry): void {
    const { clock } = this.#parts;
    const dueAt = clock.now() + retry.afterMs;
    if (this.#wait && this.#wait.dueAt <= dueAt) return;
    this.#dropWait();
    const timer = clock.after(retry.afterMs, () => {
      this.#dial();
    });
    this.#wait = { ...retry, timer, dueAt };
    this.#tell();
  }

  #ready(attempt: Attempt, welcome: Welcome): void {
    const old = this.#current?.attempt;
    this.#next = undefined;
    const isSpare = old !== undefined;
    this.#current = { attempt, welcome, readyAt: this.#parts.clock.now(), isSpare };
    this.#lastFailure = undefined;
    this.#chats.settle();
    if (old) this.#replace(old);
    this.#tell();
    this.#doubt(); // it may have said in the same breath that it goes
  }

  /**
   * A suspect link is given up with all that waits on it, but for chats that the new one has not taken over: they end when it is
   * found dead. One whose gateway goes away may finish.
   */
  #replace(old: Attempt): void {
    const reason = "the gateway no longer answers, and a new link took its place";
    if (old.isSuspect && !old.hasChat) {
      old.giveUp(reason);
      return;
    }
    if (old.isSuspect) old.failCompletions(reason);
    this.#leaving.add(old);
    old.leave(() => {
      this.#leaving.delete(old);
    });
  }

  /** The link in use may not last, or is trusted again. */
  #doubt(): void {
    if (!this.#current) return;
    const { attempt, isSpare } = this.#current;
    if (attempt.isGoingAway) {
      // Gateways that all welcome and go are not asked one after the other without a pause.
      if (this.#wasSteady()) this.#failuresInRow = 0;
      else if (isSpare && !this.#next && !this.#wait) this.#retry(notOpen());
    }
    if (attempt.isSuspect || (attempt.isGoingAway && !this.#wait)) this.#dialSoon();
    else if (!attempt.isGoingAway) {
      if (!this.#next?.hasClaimedChats) this.#dropNext(); // else the chats are its own by now
      this.#dropWait();
    }
    this.#doubts.fire(undefined);
  }

  /** Whether there is a link, and nothing speaks against it. */
  #isTrusted(): boolean {
    const attempt = this.#current?.attempt;
    return attempt !== undefined && !attempt.isSuspect && !attempt.isGoingAway;
  }

  /** Whether the link in use has held long enough to be a good one. */
  #wasSteady(): boolean {
    return this.#parts.clock.now() - (this.#current?.readyAt ?? 0) >= steadyMs;
  }

  #lost(attempt: Attempt, failure: Failure): void {
    if (this.#leaving.delete(attempt)) return;
    if (attempt === this.#next) {
      this.#next = undefined;
      if (this.#isTrusted()) return; // it was to move, and stays
      this.#lastFailure = failure;
      this.#retry(failure);
    } else this.#lostCurrent(failure);
    this.#tell();
  }

  /** A spare that is being dialled, or will be, is then the next link, but not one that is refused. */
  #lostCurrent(failure: Failure): void {
    // A gateway that welcomes and then drops its clients is not dialled as if it had worked.
    if (this.#wasSteady()) this.#failuresInRow = 0;
    this.#current = undefined;
    if (failure.code === "busy") this.#sparingUntil = this.#parts.clock.now() + sparingMs;
    if (this.#wait?.isRefused === true) return;
    this.#lastFailure = failure;
    if (isRefusal(failure)) {
      this.#dropNext();
      this.#dropWait();
    }
    if (!this.#next && !this.#wait) this.#retry(failure);
  }

  #retry(failure: Failure): void {
    const retry = retryAfter(failure, this.#failuresInRow, this.#parts.random());
    if (!retry.isRefused) this.#failuresInRow++;
    this.#dialIn(retry);
    if (this.#waiting > 0) this.#hurry();
  }

  #tell(): void {
    const state = this.#stateNow();
    if (isSameState(this.#state, state)) return;
    this.#state = state;
    this.#states.fire(state);
  }

  #stateNow(): LinkState {
    if (this.#isClosed) return { kind: "closed" };
    if (this.#current) return { kind: "ready", welcome: this.#current.welcome };
    if (!this.#wait) return { kind: "connecting", after: this.#lastFailure };
    const failure = this.#lastFailure ?? notOpen();
    if (this.#wait.isRefused) return { kind: "refused", failure };
    return { kind: "waiting", failure, retryMs: this.#wait.afterMs };
  }
}

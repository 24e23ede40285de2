import type { Clock } from "../../base/clock.ts";
import type { Disposable } from "../../base/disposable.ts";
import { Failure } from "../../base/failure.ts";
import type { AnswerEnd } from "../upstreams/upstream.ts";
import type { Member } from "./member.ts";
import { OneTry, type Question } from "./oneTry.ts";

/** How upstreams are chosen among. */
export interface ChoosingSettings {
  /** The longest wait for a completion's first text where another upstream is left to ask. */
  readonly tryTimeoutMs: number;
  /** Whether the next upstream is asked too once the first takes longer than 95 of 100 times. */
  readonly isHedging: boolean;
}

/** What one race is made of. */
export interface RaceParts {
  readonly question: Question;
  /** In the order in which they are asked. */
  readonly members: readonly Member[];
  readonly settings: ChoosingSettings;
  readonly clock: Clock;
}

/** As long for a chat's first sign of life: what it sends is longer, and a small server reads it before it says anything. */
const chatTryMs = 10_000;
/** A p95 of fewer answers says little. */
const leastSamples = 20;

/** The try that answered, and what it said first. */
export interface Winner {
  readonly won: OneTry;
  readonly member: Member;
  readonly first: IteratorResult<string, AnswerEnd>;
}

/**
 * One question on its way to its first text: the upstreams are asked one after the other, each when the one before has failed or, with
 * hedging, is late. Owned by whoever asked; it disposes all tries but the one that won.
 */
export class Race {
  readonly #parts: RaceParts;
  readonly #signal: AbortSignal;
  readonly #result = Promise.withResolvers<Winner>();
  readonly #untried: Member[];
  readonly #running = new Set<OneTry>();
  /** Of the first that failed, in the order of the settings. */
  readonly #failures = new Map<Member, unknown>();
  #hedge: Disposable | undefined;
  #isHedged = false;
  #isOver = false;

  constructor(parts: RaceParts, signal: AbortSignal) {
    this.#parts = parts;
    this.#signal = signal;
    this.#untried = [...parts.members];
    this.#askNext();
  }

  /** Who answered first. Throws the signal's reason, or what the first of the upstreams in order has met. */
  get winner(): Promise<Winner> {
    return this.#result.promise;
  }

  #askNext(): void {
    const member = this.#next();
    const permit = member?.breaker.admit();
    if (!member || !permit) {
      if (this.#running.size === 0) this.#giveUp();
      return;
    }
    this.#untried.splice(this.#untried.indexOf(member), 1);
    const { clock, question, settings } = this.#parts;
    const tryMs = question.kind === "chat" ? chatTryMs : settings.tryTimeoutMs;
    const limitMs = this.#next() ? tryMs : undefined;
    const parts = { question, member, permit, limitMs, clock };
    const one = new OneTry(parts, this.#signal);
    this.#running.add(one);
    this.#hedgeAfter(member);
    one.first().then(
      (first) => {
        this.#won(one, member, first);
      },
      (thrown: unknown) => {
        this.#failed(one, member, thrown);
      },
    );
  }

  /** The next one that may be asked: rather one with room than one with a queue. */
  #next(): Member | undefined {
    const { tenant } = this.#parts.question;
    const usable = this.#untried.filter(({ breaker }) => breaker.mayAdmit);
    return usable.find(({ gate }) => gate.hasRoom(tenant)) ?? usable[0];
  }

  #hedgeAfter({ firstTextMs }: Member): void {
    const { clock, question, settings } = this.#parts;
    this.#hedge?.dispose(); // it was for one that has failed
    const mayHedge = settings.isHedging && question.kind === "completion" && !this.#isHedged;
    if (!mayHedge || firstTextMs.count < leastSamples) return;
    this.#hedge = clock.after(firstTextMs.at(0.95) ?? 0, () => {
      this.#isHedged = true;
      this.#askNext();
    });
  }

  #won(one: OneTry, member: Member, first: Winner["first"]): void {
    if (this.#isOver) return;
    this.#running.delete(one);
    this.#end();
    this.#result.resolve({ won: one, member, first });
  }

  #failed(one: OneTry, member: Member, thrown: unknown): void {
    this.#running.delete(one);
    one.dispose();
    if (this.#isOver) return;
    this.#failures.set(member, thrown);
    if (this.#signal.aborted) this.#giveUp();
    else if (this.#running.size === 0) this.#askNext();
  }

  #giveUp(): void {
    this.#end();
    this.#result.reject(this.#signal.aborted ? this.#signal.reason : this.#reason());
  }

  /** What people are told: of the upstream they want most, whether it was asked now or is left alone. */
  #reason(): unknown {
    const { members } = this.#parts;
    const met = members.map((each) => this.#failures.get(each) ?? each.breaker.failure);
    return met.find((each) => each !== undefined) ?? new Failure("internal", "no model was asked");
  }

  #end(): void {
    this.#isOver = true;
    this.#hedge?.dispose();
    for (const one of this.#running) one.dispose();
    this.#running.clear();
  }
}

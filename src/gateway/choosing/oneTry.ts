import { linkAbort, type LinkedAbort } from "../../base/abort.ts";
import type { Clock } from "../../base/clock.ts";
import type { Disposable } from "../../base/disposable.ts";
import { Failure } from "../../base/failure.ts";
import type { Kind } from "../load/fairQueue.ts";
import { gated } from "../load/gated.ts";
import {
  type AnswerEnd,
  unread,
  type Upstream,
  type UpstreamAnswer,
} from "../upstreams/upstream.ts";
import type { Permit } from "./breaker.ts";
import type { Member } from "./member.ts";

/** What is asked, of whichever upstream is chosen. */
export interface Question {
  readonly tenant: string;
  readonly kind: Kind;
  readonly ask: (upstream: Upstream, signal: AbortSignal, onAlive: () => void) => UpstreamAnswer;
}

/** What one try is made of. */
export interface TryParts {
  readonly question: Question;
  readonly member: Member;
  readonly permit: Permit;
  /**
   * The longest wait for the first text, of a chat for any sign of life, counted from where it has its place; undefined: the upstream's
   * own limit holds.
   */
  readonly limitMs: number | undefined;
  readonly clock: Clock;
}

type Result = IteratorResult<string, AnswerEnd>;

/** One question at one upstream. It tells the breaker what came of it. Its owner disposes it, which stops the model. */
export class OneTry {
  readonly #parts: TryParts;
  readonly #abort: LinkedAbort;
  readonly #answer: UpstreamAnswer;
  readonly #caller: AbortSignal;
  /** Since when its first text has been waited for. */
  #waitsSince: number | undefined;
  #timer: Disposable | undefined;
  /** Why it was stopped from this side. */
  #stop: Failure | undefined;

  constructor(parts: TryParts, signal: AbortSignal) {
    this.#parts = parts;
    this.#caller = signal;
    this.#abort = linkAbort(signal);
    const { member, question } = parts;
    const entering = member.gate.enter(question.tenant, question.kind, this.#abort.signal);
    this.#answer = gated(entering, () => this.#begin());
  }

  /** The first text, or the end of an answer without any. */
  async first(): Promise<Result> {
    try {
      const result = await this.next();
      this.#parts.permit.succeeded();
      if (result.done !== true) this.#noteWait();
      return result;
    } finally {
      this.#waitsSince = undefined;
      this.#timer?.dispose();
    }
  }

  /** What follows the first text. A failure from here on is the answer's, and says nothing of the upstream. */
  async next(): Promise<Result> {
    try {
      return await this.#answer.next();
    } catch (thrown) {
      const isLeft = this.#abort.signal.aborted && !this.#stop;
      if (isLeft) this.#parts.permit.released();
      else this.#parts.permit.failed(Failure.from(thrown, "upstream-down"));
      throw thrown;
    }
  }

  dispose(): void {
    if (!this.#caller.aborted) this.#noteWait();
    this.#timer?.dispose();
    this.#parts.permit.released();
    this.#abort.abort(new Failure("internal", "another answer was quicker, or nobody reads it"));
    this.#abort.dispose();
    this.#answer.return(unread).catch(() => undefined);
  }

  /** It has its place: from here on its time counts. */
  #begin(): UpstreamAnswer {
    const { clock, limitMs, member, question } = this.#parts;
    this.#waitsSince = clock.now();
    if (limitMs !== undefined) this.#timer = clock.after(limitMs, this.#tooSlow);
    return question.ask(member.upstream, this.#abort.signal, () => {
      this.#timer?.dispose(); // it works, and may think for as long as the upstream lets it
    });
  }

  readonly #tooSlow = (): void => {
    this.#noteWait();
    const { limitMs = 0, member } = this.#parts;
    const what = `${member.upstream.name} sent no text within ${limitMs} ms`;
    this.#stop = new Failure("deadline", `${what}: use a smaller model or a longer time limit.`);
    this.#abort.abort(this.#stop);
  };

  /**
   * How long the first text took, or has taken where another answer was quicker or the time is up: left out, such waits would
   * make the upstream look quicker than it is. Where the caller has lost interest it says nothing.
   */
  #noteWait(): void {
    const { clock, member, question } = this.#parts;
    if (this.#waitsSince === undefined || question.kind !== "completion") return;
    member.firstTextMs.add(clock.now() - this.#waitsSince);
    this.#waitsSince = undefined;
  }
}

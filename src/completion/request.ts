import { deadline, type LinkedAbort, onAbort } from "../base/abort.ts";
import type { Clock } from "../base/clock.ts";
import type { Disposable } from "../base/disposable.ts";
import { Failure } from "../base/failure.ts";
import type { AssembledAsk } from "../context/assemble.ts";
import type { GatewayTimings, Origin, TokenUsage } from "../wire/messages.ts";
import type { Answer } from "./answer.ts";
import type { CompletionSource } from "./source.ts";

/** An answer that has not ended by then is ended with `deadline`. */
const wholeMs = 15_000;

/** What a request is made of. */
export interface RequestParts {
  /** Tells it from all other asks and requests of the window. */
  readonly number: number;
  readonly ask: AssembledAsk;
  readonly source: CompletionSource;
  readonly clock: Clock;
  /** What the model says goes here. */
  readonly remote: Answer;
  /** Makes the answer for what the embedded engine says, when it does; undefined where it is not wanted. */
  readonly beginDraft: () => Answer | undefined;
  /** Puts text to an answer. */
  readonly grow: (answer: Answer, text: string) => void;
  /** Called when there is more text. */
  readonly onText: () => void;
  /** Called once, when it has ended by itself. */
  readonly onEnd: (request: RunningRequest) => void;
}

/** One request to the far end and the answers it makes, from its start to its end. Ends by itself or with `dispose`. */
export class RunningRequest implements Disposable {
  readonly number: number;
  readonly remote: Answer;
  readonly startedAt: number;
  /** Whether it asks for what comes after text that is known already. */
  readonly isSpeculative: boolean;
  /** Of a file that git ignores: no model is asked. */
  readonly isConfined: boolean;
  /** Since when it no longer fits the text; undefined while it does. Kept by `InFlight`. */
  goneAt: number | undefined;
  readonly #parts: RequestParts;
  readonly #abort: LinkedAbort;
  #draft: Answer | undefined;
  #firstDraftAt: number | undefined;
  #firstRemoteAt: number | undefined;
  #receivedChars = 0;
  #isModelSpared = false;
  #failure: Failure | undefined;
  #timings: GatewayTimings | undefined;
  #usage: TokenUsage | undefined;
  #upstream: string | undefined;
  #isOpen = true;

  constructor(parts: RequestParts) {
    this.#parts = parts;
    this.number = parts.number;
    this.remote = parts.remote;
    this.remote.isOpen = true;
    this.startedAt = parts.clock.now();
    this.isSpeculative = parts.ask.ahead !== undefined;
    this.isConfined = parts.ask.isConfined;
    this.#abort = deadline(new AbortController().signal, parts.clock, wholeMs, "the answer");
    const { signal } = this.#abort;
    // A source that does not heed the signal must not keep the request open.
    onAbort(signal, () => {
      this.#end(Failure.from(signal.reason));
    });
    void this.#run();
  }

  /** Whether more of it is to come. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  get draft(): Answer | undefined {
    return this.#draft;
  }

  /** When its first text came, the draft's included. */
  get firstPieceAt(): number | undefined {
    return this.#firstDraftAt === undefined || this.#firstRemoteAt === undefined
      ? (this.#firstDraftAt ?? this.#firstRemoteAt)
      : Math.min(this.#firstDraftAt, this.#firstRemoteAt);
  }

  /** When the engine's text came. */
  get firstDraftAt(): number | undefined {
    return this.#firstDraftAt;
  }

  /** When the model's first text came. */
  get firstRemoteAt(): number | undefined {
    return this.#firstRemoteAt;
  }

  /** How much the model has said, in UTF-16 units. */
  get receivedChars(): number {
    return this.#receivedChars;
  }

  /** Whether the model was not asked, since the draft is nearly certain. */
  get isModelSpared(): boolean {
    return this.#isModelSpared;
  }

  get hasRemoteText(): boolean {
    return this.#firstRemoteAt !== undefined;
  }

  /** What ended it before its end. */
  get failure(): Failure | undefined {
    return this.#failure;
  }

  /** The gateway's own times, once it has ended well. */
  get timings(): GatewayTimings | undefined {
    return this.#timings;
  }

  /** What the model's server counted, where it ended well. */
  get usage(): TokenUsage | undefined {
    return this.#usage;
  }

  /** The model that answered, where it is another than the one that the link's gateway named. */
  get upstream(): string | undefined {
    return this.#upstream;
  }

  /** Gives it up: the cancel frame leaves in this turn, and nothing more is told of it. */
  dispose(): void {
    if (!this.#isOpen) return;
    if (this.#receivedChars > 0) this.remote.isCutOff = true;
    this.#close();
  }

  #close(): void {
    this.#isOpen = false;
    this.remote.isOpen = false;
    this.#abort.abort(new Failure("link-lost", "given up"));
    this.#abort.dispose();
  }

  async #run(): Promise<void> {
    const { ask, source } = this.#parts;
    let failure: Failure | undefined;
    try {
      for await (const piece of source(ask, this.#abort.signal)) {
        if (!this.#isOpen) return;
        if (piece.kind === "end") {
          this.#timings = piece.timings;
          this.#usage = piece.usage;
          this.#upstream = piece.upstream;
          break;
        }
        if (piece.isAlone) this.#isModelSpared = true;
        if (piece.text !== "") this.#heard(piece.origin, piece.text);
      }
    } catch (error) {
      failure = Failure.from(error);
    }
    this.#end(failure);
  }

  #heard(origin: Origin, text: string): void {
    const { clock, grow, onText } = this.#parts;
    const answer = this.#answerOf(origin);
    if (!answer) return;
    if (origin === "draft") this.#firstDraftAt ??= clock.now();
    else {
      this.#firstRemoteAt ??= clock.now();
      this.#receivedChars += text.length;
    }
    grow(answer, text);
    onText();
  }

  #answerOf(origin: Origin): Answer | undefined {
    if (origin === "remote") return this.remote;
    this.#draft ??= this.#parts.beginDraft();
    return this.#draft;
  }

  #end(failure: Failure | undefined): void {
    if (!this.#isOpen) return;
    this.#failure = failure;
    if (!failure) this.remote.isCutOff = false;
    this.#close();
    this.#parts.onEnd(this);
  }
}

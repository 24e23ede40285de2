import { basename } from "node:path";
import { onAbort } from "../../../base/abort.ts";
import type { Clock } from "../../../base/clock.ts";
import type { Disposable } from "../../../base/disposable.ts";
import type { Failure } from "../../../base/failure.ts";
import type { Logger } from "../../../base/log.ts";
import type { CompletionRequest } from "../../../wire/messages.ts";
import type { GgufSettings, Upstream, UpstreamAnswer } from "../upstream.ts";
import { GgufAnswer } from "./ggufAnswer.ts";
import { GgufFailures } from "./ggufFailures.ts";
import type { FromModel } from "./modelMessages.ts";
import { ModelProcess } from "./modelProcess.ts";

/** What the upstream is made of. */
export interface GgufParts {
  readonly settings: GgufSettings;
  /** The gateway's program, which is the model's process too. */
  readonly program: string;
  /** A model that does less on this machine is turned off. */
  readonly minTokensPerS: number;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Below this a line is not there before the person has typed on. */
export const usefulTokensPerS = 15;
/** What could not be used may have been mended since. */
const tryAgainMs = 30_000;
const loadTimeoutMs = 120_000;
/** A process that has ended so often without an answer in between is not started again. */
const maxCrashes = 3;

/**
 * A model in a GGUF file, run by the user's node-llama-cpp in a process of its own: started at the first request, and
 * again at the next one after it has ended. One request is answered at a time, the newest.
 */
export class GgufUpstream implements Upstream {
  readonly name: string;
  readonly #parts: GgufParts;
  readonly #failures: GgufFailures;
  #process: ModelProcess | undefined;
  #isReady = false;
  #loading: Disposable | undefined;
  #verdict: { readonly failure: Failure; readonly untilMs: number } | undefined;
  #crashes = 0;
  #answer: GgufAnswer | undefined;
  #lastId = 0;
  #isDisposed = false;

  constructor(parts: GgufParts) {
    const { model } = parts.settings;
    this.name = `${basename(model)} (gguf)`;
    this.#parts = parts;
    this.#failures = new GgufFailures(this.name, model);
  }

  /** The process that holds the model now; undefined while there is none. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  async *complete(request: CompletionRequest, signal: AbortSignal): UpstreamAnswer {
    signal.throwIfAborted();
    if (this.#isDisposed) throw this.#failures.closed();
    const answer = new GgufAnswer(++this.#lastId, request, this.#parts.settings.maxTokens);
    this.#takePlace(answer);
    const link = onAbort(signal, () => {
      answer.cancel(signal.reason);
      this.#leave(answer);
    });
    let watch = this.#watch(answer, "sent no text");
    try {
      for (;;) {
        const text = await answer.next();
        watch.dispose();
        signal.throwIfAborted();
        if (text === undefined) return answer.said;
        // The reader's own time does not count, only the wait for the model.
        yield text;
        watch = this.#watch(answer, "sent no more text");
      }
    } finally {
      watch.dispose();
      link.dispose();
      this.#leave(answer);
    }
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#answer?.cancel(this.#failures.closed());
    this.#answer = undefined;
    this.#end();
  }

  /** Newest wins: two at once would only make both late. */
  #takePlace(answer: GgufAnswer): void {
    this.#answer?.fail(this.#failures.superseded());
    this.#answer = answer; // the process gives the older one up by itself
    if (this.#isReady) this.#fill(answer);
    else this.#start(answer);
  }

  /** Nobody reads it any more: the process gives it up where it has not ended. */
  #leave(answer: GgufAnswer): void {
    if (this.#answer !== answer) return;
    this.#answer = undefined;
    this.#process?.say({ kind: "cancel", id: answer.id });
  }

  /** Starts the process where there is none; it fills in the newest place when it is ready. */
  #start(answer: GgufAnswer): void {
    if (this.#process) return;
    const { clock, program, settings, minTokensPerS } = this.#parts;
    if (this.#verdict && clock.now() < this.#verdict.untilMs) {
      answer.fail(this.#verdict.failure);
      return;
    }
    this.#process = new ModelProcess(program, {
      message: (message) => {
        this.#heard(message);
      },
      garbled: () => {
        this.#broken(this.#failures.garbled());
      },
      ended: (how) => {
        this.#crashed(how);
      },
    });
    this.#loading = clock.after(loadTimeoutMs, () => {
      this.#crashed(`not loaded after ${loadTimeoutMs / 1000} s`);
    });
    const { model: file, nodeLlamaCppFolder: packageFolder } = settings;
    this.#process.say({ kind: "load", file, packageFolder, minTokensPerS });
  }

  #fill({ id, request }: GgufAnswer): void {
    const { path, before, after } = request;
    const { maxTokens } = this.#parts.settings;
    this.#process?.say({ kind: "fill", id, path, before, after, maxTokens });
  }

  #heard(message: FromModel): void {
    const { log, minTokensPerS } = this.#parts;
    if (message.kind === "ready") {
      this.#loaded(message.tokensPerS);
    } else if (message.kind === "unusable") {
      this.#end();
      const { why, detail } = message;
      const failure = this.#failures.unusable(why, detail, minTokensPerS);
      this.#turnOff(failure, why === "too-slow" ? Infinity : tryAgainMs);
    } else if (message.kind === "end") {
      const { id, kept, read, written } = message;
      this.#crashes = 0;
      log.debug(`${this.name}: ${kept} tokens kept, ${read} read, ${written} written`);
      if (id === this.#answer?.id) this.#answer.end({ kept, read, written });
    } else if (message.id === this.#answer?.id) {
      if (message.kind === "text") this.#answer.push(message.text);
      else this.#broken(this.#failures.failed(message.detail));
    }
  }

  #loaded(tokensPerS: number): void {
    this.#loading?.dispose();
    this.#isReady = true;
    const speed = `${tokensPerS.toFixed(0)} tokens a second`;
    this.#parts.log.info(`${this.name} is ready, process ${this.pid ?? 0}, ${speed}`);
    if (this.#answer) this.#fill(this.#answer);
  }

  /** It runs, but what it does next cannot be trusted. */
  #broken(failure: Failure): void {
    this.#give(failure);
    this.#crashed(failure.message);
  }

  #crashed(how: string): void {
    const isLoading = !this.#isReady;
    this.#parts.log.warn(`the process of ${this.name} ended: ${how}`);
    this.#end();
    if (++this.#crashes >= maxCrashes) this.#turnOff(this.#failures.turnedOff(how), Infinity);
    else this.#give(this.#failures.ended(how, isLoading));
  }

  /** Fails the running request and all that come within the time. */
  #turnOff(failure: Failure, forMs: number): void {
    this.#parts.log.warn(failure.message);
    this.#verdict = { failure, untilMs: this.#parts.clock.now() + forMs };
    this.#give(failure);
  }

  /** The running request ends with a failure. */
  #give(failure: Failure): void {
    this.#answer?.fail(failure);
  }

  #end(): void {
    this.#loading?.dispose();
    this.#process?.dispose();
    this.#process = undefined;
    this.#isReady = false;
  }

  #watch(answer: GgufAnswer, what: string): Disposable {
    const { clock, settings } = this.#parts;
    return clock.after(settings.firstTextTimeoutMs, () => {
      const state = this.#isReady ? what : "is still being loaded";
      answer.fail(this.#failures.tooSlow(state, settings.firstTextTimeoutMs));
    });
  }
}

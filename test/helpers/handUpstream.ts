import type { Failure } from "../../src/base/failure.ts";
import { onAbort } from "../../src/base/abort.ts";
import type { AnswerEnd, Upstream, UpstreamAnswer } from "../../src/gateway/upstreams/upstream.ts";
import type { CompletionRequest } from "../../src/wire/messages.ts";

/** One question to a model that a test answers by hand. */
export class HandCall {
  readonly request: CompletionRequest | undefined;
  readonly signal: AbortSignal;
  /** Says that it has begun to think; of a chat alone. */
  readonly think: () => void;
  readonly #steps: (() => IteratorResult<string, AnswerEnd>)[] = [];
  #wake: (() => void) | undefined;
  /** Whether the answer has come to its end, whatever that was. */
  isOver = false;

  constructor(request: CompletionRequest | undefined, signal: AbortSignal, think: () => void) {
    this.request = request;
    this.signal = signal;
    this.think = think;
  }

  say(text: string): void {
    this.#add(() => ({ done: false, value: text }));
  }

  end(): void {
    this.#add(() => ({ done: true, value: { stop: "done", usage: undefined } }));
  }

  fail(failure: Failure): void {
    this.#add(() => {
      throw failure;
    });
  }

  async *answer(): UpstreamAnswer {
    const abort = onAbort(this.signal, () => this.#wake?.());
    try {
      for (;;) {
        this.signal.throwIfAborted();
        const step = this.#steps.shift();
        if (!step) await new Promise<void>((resolve) => (this.#wake = resolve));
        else {
          const result = step();
          if (result.done === true) return result.value;
          yield result.value;
        }
      }
    } finally {
      this.isOver = true;
      abort.dispose();
    }
  }

  #add(step: () => IteratorResult<string, AnswerEnd>): void {
    this.#steps.push(step);
    this.#wake?.();
  }
}

/** A model whose every word is a test's. */
export class HandUpstream implements Upstream {
  readonly name: string;
  readonly calls: HandCall[] = [];
  readonly warmed: CompletionRequest[] = [];
  /** Of each that was warmed. */
  readonly warmSignals: AbortSignal[] = [];
  /** How long it takes to be warmed. */
  warming: Promise<void> = Promise.resolve();
  isDisposed = false;

  constructor(name = "by hand") {
    this.name = name;
  }

  get last(): HandCall {
    const call = this.calls.at(-1);
    if (!call) throw new Error(`${this.name} was not asked`);
    return call;
  }

  /** How many questions are under way. */
  get running(): number {
    return this.calls.filter(({ isOver }) => !isOver).length;
  }

  complete(request: CompletionRequest, signal: AbortSignal): UpstreamAnswer {
    return this.#call(request, signal);
  }

  chat(_question: unknown, signal: AbortSignal, onAlive?: () => void): UpstreamAnswer {
    return this.#call(undefined, signal, onAlive);
  }

  async warm(request: CompletionRequest, signal: AbortSignal): Promise<void> {
    this.warmed.push(request);
    this.warmSignals.push(signal);
    return this.warming;
  }

  dispose(): void {
    this.isDisposed = true;
  }

  #call(
    request: CompletionRequest | undefined,
    signal: AbortSignal,
    onAlive: () => void = () => undefined,
  ): UpstreamAnswer {
    const call = new HandCall(request, signal, onAlive);
    this.calls.push(call);
    return call.answer();
  }
}

/** All text of a model's answer. Throws what it throws. */
export async function wholeAnswer(answer: UpstreamAnswer): Promise<string> {
  let text = "";
  for await (const piece of answer) text += piece;
  return text;
}
